"""What the public sees of procedures."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from motcua.services.procedures import access, queries, starting
from motcua.services.procedures.choices import Filing, LifeEvent
from motcua.services.procedures.models import Case, ProcedureVersion
from motcua.services.procedures.pages import events, wording
from motcua.services.procedures.queries import Search

_FACETS = ("field", "level", "subject", "agency")
_SECTIONS = ("trinh_tu_thuc_hien", "yeu_cau_dieu_kien")
_NOTHING = {"", "Không có thông tin", "Không", "Không có"}


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Find procedures; without JavaScript by a form, with it also while typing."""
    asked = _asked(request)
    page = queries.search(asked, after=request.GET.get("cursor"))
    if len(page.items) == 1 and page.items[0].code == asked.text.strip():
        return redirect("procedures:procedure", code=page.items[0].code)
    context = {
        "asked": asked,
        "page": page,
        "facets": queries.facets(),
        "life_events": [(event.value, event.label) for event in LifeEvent],
        "applied": list(_applied(asked)),
        "events": events.panel(request)["audiences"] if asked.is_empty else [],
    }
    return render(request, "procedures/search.html", context)


@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """Suggestions for what was typed so far, as a part of a page."""
    text = request.GET.get("q", "")[:200]
    return render(request, "procedures/suggestions.html", {"entries": queries.suggestions(text), "text": text})


@require_GET
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure with everything one needs to know before filing."""
    found = access.procedure_by_code(code)
    version = found.current_version
    assert version is not None
    context = {
        "procedure": found,
        "version": version,
        "start": _start(version),
        **needed(version),
        "steps": wording.steps(version.process) if version.process else [],
        "sections": _sections(version),
        "life_events": [LifeEvent(event) for event in found.life_events],
    }
    return render(request, "procedures/procedure.html", context)


def needed(version: ProcedureVersion) -> dict[str, Any]:
    """What one brings, how long it takes and what it costs: ``cases`` and ``terms``."""
    description = queries.describe(version)
    return {
        "cases": [_case(case) for case in description.cases],
        "terms": [wording.terms_row(terms) for terms in description.terms],
    }


def _asked(request: HttpRequest) -> Search:
    given = {name: request.GET.get(name, "").strip()[:300] for name in (*_FACETS, "life_event")}
    return Search(text=request.GET.get("q", "")[:200], **given)


def _applied(asked: Search) -> Any:
    for name in _FACETS:
        if value := getattr(asked, name):
            yield {"parameter": name, "text": value}
    if asked.life_event in LifeEvent.values:
        yield {"parameter": "life_event", "text": LifeEvent(asked.life_event).label}


def _case(case: Case) -> dict[str, Any]:
    papers = [
        {
            "name": paper.name,
            "originals": "?" if paper.originals is None else str(paper.originals),
            "copies": str(paper.copies),
            "form": paper.form,
            "required": paper.required,
        }
        for paper in case.papers.all()
    ]
    return {
        "code": case.code,
        "name": case.name,
        "papers": papers,
        "terms": [wording.terms_row(terms) for terms in case.terms.all()],
    }


def _start(version: ProcedureVersion) -> dict[str, str]:
    """The button under the heading: where filing begins, or how to file without it."""
    filing = version.procedure.filing
    if filing == Filing.LOCAL and (here := starting.address(version.procedure.code)):
        return {"href": here, "text": _("Start now"), "note": ""}
    if filing == Filing.NATIONAL:
        told = (version.source_record or {}).get("detail_url", "")
        href = told if told.startswith(starting.NATIONAL_PORTAL) else starting.NATIONAL_PORTAL
        return {"href": href, "text": _("File at the national portal"), "note": _("You leave this site.")}
    return {"href": "", "text": "", "note": _("File this procedure at the counter or by post.")}


def _sections(version: ProcedureVersion) -> list[dict[str, Any]]:
    """The catalogue's own long texts, by paragraph."""
    titles = {"trinh_tu_thuc_hien": _("How it is done"), "yeu_cau_dieu_kien": _("Conditions")}
    record = version.source_record or {}
    found = ((titles[name], record.get(name, "").strip()) for name in _SECTIONS)
    return [
        {"title": title, "paragraphs": [line for line in text.splitlines() if line.strip()]}
        for title, text in found
        if text.strip(" .") not in _NOTHING
    ]

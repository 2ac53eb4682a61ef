"""Cases of a procedure: side by side, and as a checklist to take along."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from motcua.engines.rendering.errors import RenderingError
from motcua.engines.rendering.qr import qr_svg
from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.text import local_date
from motcua.kernel.text.dates import midnight
from motcua.kernel.web import rate_limit
from motcua.services.procedures import access, queries, starting
from motcua.services.procedures.choices import Filing
from motcua.services.procedures.comparing import Compared, Row, compare
from motcua.services.procedures.models import Case, CasePaper, CaseTerms
from motcua.services.procedures.pages import wording
from motcua.services.procedures.printing import checklist_pdf
from motcua.services.procedures.queries import Description

MOST = 4
LIMIT, WINDOW = 60, timedelta(minutes=10)  # PDFs for one address


@require_GET
def comparison(request: HttpRequest, code: str) -> HttpResponse:
    """Up to four cases beside one another, differences marked; without a choice the first ones."""
    description = _described(code)
    if len(description.cases) < 2:
        raise NotFound(_("This procedure has only one case."))
    wanted = set(request.GET.getlist("case"))
    chosen = [case for case in description.cases if case.code in wanted]
    shown = (chosen if len(chosen) > 1 else description.cases)[:MOST]
    found = compare([_compared(description, case) for case in shown])
    context = {
        "version": description.version,
        "shown": shown,
        "columns": [
            {"label": label}
            for label in (
                pgettext("comparison", "What"),
                *(case.name for case in shown),
                pgettext("comparison", "Difference"),
            )
        ],
        "groups": [
            {"title": _("Time limit"), "rows": _rows(found.limits)},
            {"title": _("Fee"), "rows": _rows(found.fees)},
            {"title": pgettext("comparison", "Papers"), "rows": _rows(found.papers)},
        ],
        "choices": [(case.code, case.name) for case in description.cases],
        "picked": [case.code for case in shown],
    }
    return render(request, "procedures/comparison.html", context)


def _rows(rows: tuple[Row, ...]) -> list[dict[str, Any]]:
    return [{"label": row.label, "cells": row.cells, "differs": row.differs} for row in rows]


def _compared(description: Description, case: Case) -> Compared:
    terms = _terms(description, case)
    return Compared(
        code=case.code,
        name=case.name,
        papers={paper.name: _counts(paper) for paper in case.papers.all()},
        limits={str(each.get_channel_display()): wording.limit_text(each) for each in terms},
        fees={str(each.get_channel_display()): "; ".join(wording.fee_texts(each)) for each in terms},
    )


@require_GET
def checklist(request: HttpRequest, code: str, case: str) -> HttpResponse:
    """What to bring for a case, to be ticked off; made for paper as much as for the screen."""
    description = _described(code)
    found = _case(description, case)
    context = {
        "version": description.version,
        "case": found,
        "procedure": description.procedure,
        **_facts(description, found),
    }
    return render(request, "procedures/checklist.html", context)


@require_GET
def checklist_file(request: HttpRequest, code: str, case: str) -> HttpResponse:
    """The checklist as a PDF."""
    rate_limit.spend("procedures.checklist", rate_limit.address_of(request), limit=LIMIT, window=WINDOW)
    description = _described(code)
    found = _case(description, case)
    today = timezone.localdate()
    with translation.override("vi"):
        data = {
            "procedure": description.version.name,
            "code": description.procedure.code,
            "case": found.name,
            **_facts(description, found),
            "printed": local_date(today),
        }
    try:
        pdf = checklist_pdf(data, dated=midnight(today))
    except RenderingError as error:  # a sign in the catalogue's text that no font has
        raise Conflict(_("This checklist cannot be made as a file. Please print the page.")) from error
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="giay-to-{description.procedure.code}.pdf"'
    return response


def _described(code: str) -> Description:
    version = access.procedure_by_code(code).current_version
    assert version is not None
    return queries.describe(version)


def _case(description: Description, code: str) -> Case:
    found = next((case for case in description.cases if case.code == code), None)
    if found is None:
        raise NotFound(_("This procedure has no such case."))
    return found


def _terms(description: Description, case: Case) -> list[CaseTerms]:
    """A case's own terms, else those that hold for all cases."""
    return list(case.terms.all()) or description.terms


def _facts(description: Description, case: Case) -> dict[str, Any]:
    procedure = description.procedure
    page = settings.PUBLIC_URL + reverse("procedures:procedure", args=[procedure.code])
    here = starting.address(procedure.code) if procedure.filing == Filing.LOCAL else None
    begun = {Filing.LOCAL: settings.PUBLIC_URL + here if here else "", Filing.NATIONAL: starting.NATIONAL_PORTAL}
    return {
        "papers": [
            {"name": paper.name, "counts": _counts(paper), "form": paper.form, "required": _is_required(paper)}
            for paper in case.papers.all()
        ],
        "terms": [
            {
                "channel": str(terms.get_channel_display()),
                "limit": wording.limit_text(terms),
                "fees": list(wording.fee_texts(terms)),
            }
            for terms in _terms(description, case)
        ],
        "agencies": description.version.agencies,
        "started": begun.get(Filing(procedure.filing), ""),
        "address": page,
        "qr": qr_svg(page),
    }


def _is_required(paper: CasePaper) -> bool:
    """Whether "if there is one" need not be added, because it must be there or its name says so already."""
    return paper.required or "nếu có" in paper.name


def _counts(paper: CasePaper) -> str:
    """``1 bản chính, 2 bản sao``; where the source's number cannot be told it says so."""
    parts = []
    if paper.originals is None:
        parts.append(_("number not given"))
    elif paper.originals:
        parts.append(
            ngettext("%(count)s original", "%(count)s originals", paper.originals) % {"count": paper.originals}
        )
    if paper.copies:
        parts.append(ngettext("%(count)s copy", "%(count)s copies", paper.copies) % {"count": paper.copies})
    return ", ".join(parts) or _("to be shown")

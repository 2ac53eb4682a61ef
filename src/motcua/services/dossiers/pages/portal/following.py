"""One's own dossier: where it stands, what is asked, what came of it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from motcua.engines.forms.summary import summary
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from motcua.kernel.text import dong, local_date, local_datetime
from motcua.kernel.web import forms
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.access import Accessed, results_for
from motcua.services.dossiers.actors import citizen
from motcua.services.dossiers.dues import fee_first_text
from motcua.services.dossiers.models import Dossier, FeeLine, IssuedForm, Paper, ResultDocument, State, Supplement
from motcua.services.dossiers.models.dossier import CLOSED
from motcua.services.dossiers.pages.portal.common import facts_of, for_applicants, own_dossier, viewer_of
from motcua.services.dossiers.pages.portal.paying import receipt_rows
from motcua.services.dossiers.rules import states
from motcua.services.dossiers.sections import drawn
from motcua.services.dossiers.surroundings import of_data
from motcua.services.dossiers.timeline import Entry, timeline
from motcua.services.procedures.runtime import package_of


@require_GET
@for_applicants
def my_dossier(request: HttpRequest, number: str) -> HttpResponse:
    """State, expected date, story, papers, fees, forms and results."""
    accessed = own_dossier(request, number)
    dossier = accessed.dossier
    form = package_of(dossier.procedure_version_id).form
    context = {
        "dossier": dossier,
        "abilities": accessed.abilities,
        "head": head(dossier),
        "stages": stages(dossier),
        "promise": promise(dossier),
        "now": _now(accessed),
        "supplement": _waiting(dossier),
        "timeline": told(timeline(dossier, for_officers=False)),
        "withheld": fee_first_text(accessed.fee_due) if accessed.fee_due else "",
        "results": [_result(dossier, result) for result in results_for(accessed)],
        "papers": _papers(dossier),
        "fees": _fees(dossier),
        "fee_receipts": receipt_rows(dossier),
        "can_pay": states.allows(dossier.state, "collect_fee"),
        "forms": _forms(dossier),
        "added": drawn("portal", request, dossier),
        "sections": summary(form, dossier.form_data, around=of_data(form, dossier.form_data)),
    }
    return render(request, "dossiers/portal/my_dossier.html", context)


def _now(accessed: Accessed) -> list[dict[str, str]]:
    """What the offices are doing; nothing while they wait for the applicant."""
    if accessed.dossier.state == State.WAITING_SUPPLEMENT:
        return []
    return [
        {"name": step.name, "office": step.office.name, "due": local_date(step.due_at)}
        for step in accessed.steps
        if step.office
    ]


def head(dossier: Dossier) -> list[dict[str, Any]]:
    """The facts on top."""
    return [
        {"label": _("Code of the dossier"), "value": dossier.number},
        {"label": _("Applicant"), "value": dossier.applicant_name},
        {"label": _("Submitted on"), "value": local_datetime(dossier.submitted_at)},
        {"label": _("Office that receives it"), "value": dossier.receiving_office.name},
        {"label": _("Office that resolves it"), "value": dossier.resolving_office.name},
        promise(dossier),
        {"label": _("Get the result"), "value": dossier.get_return_method_display()},
    ]


def promise(dossier: Dossier) -> dict[str, str]:
    """When the result is promised, or came; or why there is no promise."""
    if dossier.returned_at:
        return {"label": _("Result returned"), "value": local_datetime(dossier.returned_at)}
    if dossier.decided_at:
        return {"label": _("Result ready since"), "value": local_datetime(dossier.decided_at)}
    if dossier.closed_at:
        return {"label": _("Closed at"), "value": local_datetime(dossier.closed_at)}
    if dossier.state == State.WAITING_SUPPLEMENT:
        return {"label": _("Result expected"), "value": _("After you have completed the dossier")}
    due = local_datetime(dossier.due_at) or _("You are told once the dossier is accepted")
    return {"label": _("Result expected"), "value": due}


def stages(dossier: Dossier) -> list[dict[str, str]]:
    """The way of a dossier in four stages, as the design system draws it."""
    titles = [
        _("Submission"),
        _("Acceptance"),
        _("Processing"),
        pgettext("stage", "Result"),
        _("Return of the result"),
    ]
    times = [dossier.submitted_at, dossier.accepted_at, None, dossier.decided_at, dossier.returned_at]
    reached = _reached(dossier)
    ended = dossier.state in CLOSED and dossier.state != State.RETURNED
    return [
        {
            "title": title,
            "state": "done" if at < reached else "skipped" if ended else "current" if at == reached else "upcoming",
            "detail": local_datetime(when),
        }
        for at, (title, when) in enumerate(zip(titles, times, strict=True))
    ]


def _reached(dossier: Dossier) -> int:
    """The number of stages behind."""
    if dossier.returned_at:
        return 5
    if dossier.decided_at:
        return 4
    return 2 if dossier.accepted_at else 1


def told(entries: Iterable[Entry], *, details: bool = True) -> list[dict[str, Any]]:
    """The story for the component of the design system, newest first."""
    return [
        {
            "title": entry.title,
            "at": entry.when,
            "iso": entry.at.isoformat(),
            "by": " · ".join(part for part in (entry.position, entry.agency) if part),
            "text": _lines([*(entry.detail.splitlines() if details else []), *_next(entry)]),
        }
        for entry in reversed(list(entries))
    ]


def _lines(texts: Iterable[str]) -> SafeString:
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts))


def _next(entry: Entry) -> list[str]:
    return [
        _("Next: %(step)s – %(office)s, expected %(due)s")
        % {"step": step.name, "office": step.office, "due": step.due}
        if step.due
        else _("Next: %(step)s – %(office)s") % {"step": step.name, "office": step.office}
        for step in entry.next
    ]


def _waiting(dossier: Dossier) -> dict[str, Any] | None:
    if dossier.state != State.WAITING_SUPPLEMENT:
        return None
    asked = Supplement.objects.filter(dossier=dossier, answered_at=None).first()
    if asked is None:
        return None
    return {"wanted": asked.items, "reason": asked.reason, "lapses": local_datetime(asked.lapses_at)}


def _result(dossier: Dossier, result: ResultDocument) -> dict[str, Any]:
    address = reverse("dossiers:my-result", args=[dossier.number, result.pk])
    number = _("No. %(number)s") % {"number": result.number} if result.number else ""
    return file_row(result.name, address, result.file, note=number) | {
        "download": file_url(dossier, result.file_id, download=True)
    }


def _papers(dossier: Dossier) -> list[dict[str, Any]]:
    papers = Paper.objects.filter(dossier=dossier, removed_at=None).select_related("file")
    return [
        file_row(paper.name, file_url(dossier, paper.file_id), paper.file)
        if paper.file_id and paper.file
        else {"name": paper.name, "url": None, "facts": paper.get_form_display(), "media_type": ""}
        for paper in papers[:200]
    ]


def _forms(dossier: Dossier) -> list[dict[str, Any]]:
    issued = IssuedForm.objects.filter(dossier=dossier).exclude(form="06").select_related("file")
    return [
        file_row(str(form), file_url(dossier, form.file_id), form.file, note=local_date(form.issued_at))
        if form.file_id and form.file
        else {"name": str(form), "url": None, "facts": _("Being prepared"), "media_type": "application/pdf"}
        for form in issued
    ]


def file_row(name: str, url: str, file: StoredFile, *, note: str = "") -> dict[str, Any]:
    """A file for the component of the design system."""
    facts = " · ".join(part for part in (note, facts_of(file)) if part)
    return {"name": name, "url": url, "facts": facts, "media_type": file.media_type}


def file_url(dossier: Dossier, file: UUID | None, *, download: bool = False) -> str:
    """Where a file of the dossier is shown or downloaded."""
    address = reverse("dossiers:my-file", args=[dossier.number, file])
    return f"{address}?download=1" if download else address


def _fees(dossier: Dossier) -> dict[str, Any]:
    lines = list(FeeLine.objects.filter(dossier=dossier))
    due = sum(line.amount for line in lines if line.state == FeeLine.State.DUE)
    return {
        "rows": [[line.name, dong(line.amount), line.get_state_display()] for line in lines],
        "due": dong(due) if due else "",
    }


@require_http_methods(["GET", "POST"])
@for_applicants
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the dossier back, after asking."""
    accessed: Accessed = own_dossier(request, number)
    accessed.require("withdraw")
    dossier = accessed.dossier
    context = {"dossier": dossier, "children": queries.ends_with(dossier.pk)}
    if request.method != "POST":
        return forms.page(request, "dossiers/portal/withdraw.html", context)
    account = viewer_of(request).account
    try:
        actions.withdraw(
            dossier.pk,
            reason=request.POST.get("reason", "")[:2000],
            by=citizen(account.pk if account else None),
            seen_version=dossier.version,
        )
    except Refused as refused:
        return forms.page(request, "dossiers/portal/withdraw.html", context, refused=refused)
    messages.success(request, _("You have withdrawn the dossier."))
    return redirect("dossiers:my-dossier", dossier.number)

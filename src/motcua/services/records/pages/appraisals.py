"""Appraisals: files whose retention is over, the lists drawn up of them, one list with its council and papers."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.engines.editions.queries import in_force, numbered
from motcua.kernel.blobs import pages as blob_pages
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_date, local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.filters import chosen_office
from motcua.kernel.web.keyset import paginate
from motcua.people.officers.pages.at_desk import for_officers
from motcua.people.organisations.models import Office
from motcua.services.correspondence.access import CLERK
from motcua.services.correspondence.pages.shared import actor_of, due_in_words
from motcua.services.correspondence.timeline import timeline
from motcua.services.records import access, actions, appraisal_papers, papers, queries
from motcua.services.records.access import AccessedAppraisal
from motcua.services.records.delegating import desk_of
from motcua.services.records.destruction import DESTRUCTION
from motcua.services.records.models import Appraisal, AppraisedFile, Ballot
from motcua.services.records.pages.appraisal_acts import ACTS
from motcua.services.records.pages.menus import require_desk
from motcua.services.records.timeline import APPRAISAL_TITLES, CAUSES

COLOURS = {
    "draft": "draft", "council": "handling", "concluded": "waiting", "approved": "approved", "destroying": "handling",
    "done": "done", "cancelled": "off",
}  # fmt: skip
RESULTS = {"destroyed": "off", "kept": "approved", "stopped": "stopped", "left": "open"}
ORDER = ("file__year", "file__notation", "id")


@require_GET
@for_officers
def box(request: HttpRequest) -> HttpResponse:
    """The appraisals of the officer's sight, the newest first."""
    require_desk(request)
    desk = desk_of(request)
    page = paginate(queries.appraisals(desk), order=("-made_at", "-id"), cursor=request.GET.get("cursor"))
    rows = [
        {
            "url": reverse("records:appraisal", args=[each.pk]),
            "title": each.title,
            "office": each.office.name,
            "at": local_date(each.made_at),
            "state": COLOURS[each.state],
            "state_text": each.get_state_display(),
        }
        for each in page.items
    ]
    context = {"page": page, "rows": rows, "archive": bool(desk.offices_with(CLERK))}
    return render(request, "records/appraisals.html", context)


@require_http_methods(["GET", "POST"])
@for_officers
def expired(request: HttpRequest) -> HttpResponse:
    """Files whose retention is over; the archive draws up a list of some, or puts them into one being prepared."""
    require_desk(request)
    desk = desk_of(request)
    kept = Office.objects.filter(pk__in=desk.offices_with(CLERK)).order_by("name_fold", "id")
    offices = [(str(key), name) for key, name in kept.values_list("pk", "name")[:1000]]
    if not offices:
        raise NotAllowed(_("Files are appraised by the archive of the agency."))
    office = chosen_office(request, offices, refusal=_("The files of this office are not yours to list."))
    found = queries.expired(office, timezone.localdate())
    page = paginate(found, order=("kept_until", "id"), cursor=request.GET.get("cursor"), size=100)
    drafts = queries.drafts(office)
    context = {
        "offices": offices,
        "asked": {"office": str(office)},
        "page": page,
        "rows": [{**_expired_row(each), "key": str(each.pk)} for each in page.items],
        "chosen": set(request.POST.getlist("files")),
        "lists": [("", _("A new list")), *((str(each.pk), each.title) for each in drafts)],
    }
    if request.method != "POST":
        return forms.page(request, "records/appraisal_expired.html", context)
    try:
        made = _put(request, office, {str(each.pk): each.pk for each in page.items}, {str(d.pk): d.pk for d in drafts})
    except Refused as refused:
        return forms.page(request, "records/appraisal_expired.html", context, refused=refused)
    messages.success(request, _("The files are in the list."))
    return redirect("records:appraisal", appraisal_id=made)


def _put(request: HttpRequest, office: UUID, known: dict[str, UUID], drafts: dict[str, UUID]) -> UUID:
    files = [known[key] for key in request.POST.getlist("files") if key in known]
    by, into = actor_of(request, office, roles=[CLERK]), request.POST.get("list", "")
    if into in drafts:
        actions.put_in(drafts[into], files=files, by=by)
        return drafts[into]
    return actions.draw_up(office, title=request.POST.get("title", ""), files=files, by=by).pk


def _expired_row(file: Any) -> dict[str, Any]:
    return {
        "url": reverse("records:file", args=[file.pk]),
        "notation": file.notation,
        "year": file.year,
        "title": file.title,
        "unit": file.unit.name,
        "documents": file.documents,
        "until": local_date(file.kept_until),
        "state_text": file.get_state_display(),
    }


@require_GET
@for_officers
def one(request: HttpRequest, appraisal_id: UUID) -> HttpResponse:
    """An appraisal: its files with what was concluded and done, its council, papers, story, what may be done."""
    accessed = access.appraisal_for(desk_of(request), appraisal_id)
    found = accessed.appraisal
    page = paginate(queries.appraised(found), order=ORDER, cursor=request.GET.get("cursor"), size=200)
    said = queries.ballots_of(page.items)
    context = {
        "appraisal": found,
        "colour": COLOURS[found.state],
        "page": page,
        "rows": _rows(accessed, page.items, said),
        "members": _members(accessed, said),
        "facts": _facts(accessed),
        "deadline": due_in_words(found.destroy_by, done=found.state != Appraisal.State.APPROVED)
        if found.destroy_by
        else None,
        "buttons": [
            {"url": reverse("records:appraisal-act", args=[found.pk, name]), "text": each.title}
            for name, each in ACTS.items()
            if accessed.abilities[name]
        ],
        "papers": _papers(found),
        "more": reverse("records:appraisal-expired") + f"?office={found.office_id}"
        if accessed.abilities["write"]
        else "",
        "events": timeline(found.stream, APPRAISAL_TITLES),
    }
    return render(request, "records/appraisal.html", context)


def _rows(
    accessed: AccessedAppraisal, rows: list[AppraisedFile], said: dict[UUID, list[Ballot]]
) -> list[dict[str, Any]]:
    names = papers.retentions([row.file for row in rows])
    return [
        {
            "url": reverse("records:file", args=[row.file_id]),
            "file": row.file.title,
            "notation": f"{row.file.notation}, {row.file.year}",
            "unit": row.file.unit.name,
            "until": f"{names[row.file_id]}, {local_date(row.file.kept_until)}".removesuffix(", "),
            "documents": row.file.documents,
            "spoken": len(said[row.pk]),
            "verdict": _verdict(accessed.appraisal, row),
            "result": RESULTS.get(row.result, ""),
            "result_text": row.get_result_display(),
            "cause": CAUSES.get(row.cause, ""),
            "left_over": row.left_over,
            "remove": reverse("records:appraisal-remove", args=[row.appraisal_id, row.pk])
            if accessed.abilities["write"]
            else "",
        }
        for row in rows
    ]


def _verdict(found: Appraisal, row: AppraisedFile) -> str:
    if found.concluded_at is None:
        return ""
    if not row.verdict:
        return _("No majority: as before")
    return f"{row.get_verdict_display()} ({local_date(row.until)})" if row.until else row.get_verdict_display()


def _members(accessed: AccessedAppraisal, said: dict[UUID, list[Ballot]]) -> list[dict[str, Any]]:
    number = accessed.appraisal.edition
    rules = numbered(DESTRUCTION, number).rules if number else in_force(DESTRUCTION, timezone.localdate()).rules
    spoken = [each.member_id for ballots in said.values() for each in ballots]
    return [
        {
            "role": rules.title(each.role),
            "name": f"{each.name}, {each.title}" if each.title else each.name,
            "spoken": spoken.count(each.pk),
        }
        for each in accessed.members
    ]


def _facts(accessed: AccessedAppraisal) -> list[dict[str, Any]]:
    found = accessed.appraisal
    decision = f"{found.decision_notation}, {local_date(found.decision_day)}" if found.decision_notation else ""
    rows = [
        (_("Archive of"), found.office.name),
        (_("Drawn up by"), f"{found.made_by.display_name}, {local_date(found.made_at)}"),
        (_("Council set up by"), found.basis),
        (_("The council met on"), local_date(found.met_on)),
        (_("Decision"), decision),
        (_("Opinion of the competent body"), found.opinion),
        (_("Decided by"), found.approved_by.display_name if found.approved_by else ""),
        (_("To be destroyed by"), local_date(found.destroy_by)),
        (_("Carried out by"), found.begun_by.display_name if found.begun_by else ""),
        (_("Carried out"), local_datetime(found.done_at)),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _papers(found: Appraisal) -> list[dict[str, Any]]:
    kept = [
        ("expired-list", _("List of files whose retention is over (PDF)"), True),
        ("council-minutes", _("Minutes of the council (PDF)"), found.council_minutes_id),
        ("minutes", _("Minutes of the destruction (PDF)"), found.minutes_id),
        ("listing", _("List of what was destroyed (PDF)"), found.listing_id),
    ]
    return [
        {"url": reverse("records:appraisal-paper", args=[found.pk, kind]), "text": text}
        for kind, text, there in kept
        if there
    ]


@require_POST
@for_officers
def remove(request: HttpRequest, appraisal_id: UUID, row_id: UUID) -> HttpResponse:
    """Take a file out of a list that is being prepared."""
    accessed = access.appraisal_for(desk_of(request), appraisal_id)
    accessed.require("write")
    by = actor_of(request, accessed.appraisal.office_id, roles=[CLERK])
    back = reverse("records:appraisal", args=[appraisal_id])
    return forms.settled(request, lambda: actions.take_out(appraisal_id, row_id, by=by), _("This is done."), back=back)


@require_GET
@for_officers
def paper(request: HttpRequest, appraisal_id: UUID, kind: str) -> HttpResponseBase:
    """A paper of the appraisal; the list of expired files is set anew, the others are kept as they were made."""
    found = access.appraisal_for(desk_of(request), appraisal_id).appraisal
    if kind == "expired-list":
        rows = list(queries.appraised(found).order_by(*ORDER))
        pdf = appraisal_papers.expired_list(found, rows, at=timezone.now())
        return FileResponse(BytesIO(pdf), content_type="application/pdf", filename="danh-muc-het-thoi-han.pdf")
    kept = {"council-minutes": found.council_minutes, "minutes": found.minutes, "listing": found.listing}
    stored = kept.get(kind)
    if stored is None:
        raise NotFound(_("There is no such file."))
    return blob_pages.respond(request, stored)

"""For heads: all work of the office, who has how much, giving work to others; and the exception queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.kernel.composed import Asked
from motcua.kernel.errors import NotAllowed, NotFound, Refused
from motcua.kernel.text import local_datetime
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import Chosen, paginate
from motcua.people.officers.desks import Desk
from motcua.people.officers.queries import local_day, officers_in
from motcua.people.organisations.queries import office_by_code
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.access import require_unbarred_from
from motcua.services.dossiers.lines import WorkLine
from motcua.services.dossiers.models import Incident, WorkItem, WorkItemQuerySet
from motcua.services.dossiers.pages.desk.inbox import told_context
from motcua.services.dossiers.pages.desk.menus import may_coordinate
from motcua.services.dossiers.pages.desk.rows import work_rows
from motcua.services.dossiers.pages.desk.shared import (
    actor_at,
    by_due,
    desk_of,
    for_officers,
    told_on_list,
    uuids,
    viewer_of,
)

MOST_OFFICERS = 500


@require_GET
@for_officers
def office(request: HttpRequest) -> HttpResponse:
    """How much each officer has open, and the steps themselves, narrowed to one officer or to what is overdue."""
    desk, now = _head(request), timezone.now()
    items = _narrowed(request, queries.office_work(desk), now)
    page = by_due(items, cursor=request.GET.get("cursor"))
    context = {
        "workload": [_load(row) for row in queries.workload(desk, at=now)],
        "page": page,
        "rows": work_rows(page.items, now),
        "narrowed": bool(request.GET.get("officer") or request.GET.get("overdue")),
    }
    return render(request, "dossiers/desk/office.html", context)


def _narrowed(request: HttpRequest, work: Asked[WorkItemQuerySet], now: datetime) -> Chosen:
    condition = Q()
    if who := request.GET.get("officer", ""):
        condition &= Q(assignee=None) if who == "none" else Q(assignee__in=uuids([who]))
    if chosen := request.GET.get("office", ""):
        condition &= Q(office__in=uuids([chosen]))
    if request.GET.get("overdue"):
        condition &= Q(due_at__lt=now, paused=False)
    return work.queryset.filter(condition) if condition else work


class LoadRow(NamedTuple):
    """How much an officer has open, as the list shows it."""

    officer: str
    url: str
    office: str
    open: int
    due_soon: int
    overdue: int


def _load(row: queries.Load) -> LoadRow:
    query = f"?office={row.office}&officer={row.assignee or 'none'}"
    return LoadRow(
        officer=row.officer or _("Not taken on"),
        url=f"{reverse('dossiers:desk-office')}{query}",
        office=row.office_name,
        open=row.open,
        due_soon=row.due_soon,
        overdue=row.overdue,
    )


@require_http_methods(["GET", "POST"])
@for_officers
def reassign_many(request: HttpRequest) -> HttpResponse:
    """Give several steps of one office to another officer; what the officer may not do stays where it is."""
    desk, day = _head(request), local_day(timezone.now())
    try:
        items = _chosen(request, desk)
        positions = list(officers_in(_one_office(items), day)[:MOST_OFFICERS])
    except Refused as why:
        return told_on_list(request, why, "desk-office")
    names = {str(each.officer_id): f"{each.officer.account.display_name} – {each.title}" for each in positions}
    context = {
        "rows": work_rows(map(WorkLine.of, items), timezone.now()),
        "officers": [("", _("Choose")), *names.items()],
    }
    if request.method != "POST":
        return forms.page(request, "dossiers/desk/reassign_many.html", context)
    to = request.POST.get("to", "")
    if to not in names:
        refused = Refused(_("Choose an officer."), field="to", code="required")
        return forms.page(request, "dossiers/desk/reassign_many.html", context, refused=refused)
    roles = frozenset[str]().union(*(each.roles for each in positions if str(each.officer_id) == to))
    told = [_give(request, item, UUID(to), roles) for item in items]
    context = told_context(_("Steps reassigned"), "desk-office", told)
    return render(request, "dossiers/desk/told.html", context)


def _give(request: HttpRequest, item: WorkItem, to: UUID, roles: frozenset[str]) -> dict[str, Any]:
    told = {"id": item.pk, "number": item.dossier.number, "applicant": item.dossier.applicant_name}
    if item.role and item.role not in roles:
        return {**told, "ok": False, "text": _("This officer does not have the role of the step.")}
    by = actor_at(request, item.office_id, roles=("head",), dossier=item.dossier)
    try:
        require_unbarred_from(viewer_of(request), item.dossier)
        actions.reassign(item.dossier_id, item=item.pk, to=to, by=by, reason=request.POST.get("reason", "").strip())
    except Refused as refused:
        return {**told, "ok": False, "text": refused.message}
    return {**told, "ok": True, "text": _("Reassigned")}


def _head(request: HttpRequest) -> Desk:
    desk = desk_of(request)
    if not desk.heads_something:
        raise NotAllowed(_("This page is for heads of offices."))
    return desk


def _chosen(request: HttpRequest, desk: Desk) -> list[WorkItem]:
    sent = request.POST if request.method == "POST" else request.GET
    keys = uuids(sent.getlist("item"))
    found = list(queries.office_work(desk).queryset.for_rows().filter(pk__in=keys).order_by("due_at", "id"))
    if not found:
        raise Refused(_("Choose at least one dossier that still waits for you."), code="nothing_chosen")
    return found


def _one_office(items: Sequence[WorkItem]) -> UUID:
    offices = {item.office_id for item in items if item.office_id}
    if len(offices) != 1:
        raise Refused(_("Choose steps of one office."), code="several_offices")
    return offices.pop()


@require_GET
@for_officers
def incidents(request: HttpRequest) -> HttpResponse:
    """What could not go on by itself, and dossiers for which no office was found; oldest first."""
    _coordinator(request)
    queue = queries.incidents(viewer_of(request))
    page = paginate(queue, order=("happened_at", "id"), cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": [_incident(row) for row in page.items]}
    return forms.page(request, "dossiers/desk/incidents.html", context)


def _reason(row: Incident) -> str:
    """What is the matter, in the reader's language; the engine's own words, where it has some, are English."""
    if row.kind == "routing":
        return _("No office was found for “%(selector)s”.") % {"selector": row.retry.get("selector", "")}
    if row.kind == "process":
        return _("The process could not go on. Reason: %(reason)s") % {"reason": row.message}
    return row.message


def _incident(row: Incident) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.dossier.number,
        "procedure": row.dossier.procedure_version.name,
        "message": _reason(row),
        "at": local_datetime(row.happened_at),
        "selector": row.retry.get("selector", ""),
        "can_retry": "action" in row.retry,
    }


@require_POST
@for_officers
def mend(request: HttpRequest, incident_id: UUID, how: str) -> HttpResponse:
    """Try again, choose the office, or mark as dealt with."""
    _coordinator(request)
    found = queries.incidents(viewer_of(request)).filter(pk=incident_id).first()
    if found is None:
        raise NotFound(_("This has been dealt with already."))
    dossier = found.dossier
    by = actor_at(
        request, dossier.receiving_office_id, dossier.resolving_office_id, roles=("head", "admin"), dossier=dossier
    )
    try:
        require_unbarred_from(viewer_of(request), dossier)
        if how == "retry":
            actions.retry(found.pk, by=by)
        elif how == "reroute":
            chosen = _office(request)
            selector = found.retry.get("selector", "")
            actions.reroute(dossier.pk, selector=selector, office=chosen, by=by, incident=found.pk)
        else:
            actions.resolve_incident(found.pk, by=by)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("This is settled."))
    return redirect("dossiers:desk-incidents")


def _office(request: HttpRequest) -> UUID:
    found = office_by_code(request.POST.get("office_code", "").strip().upper(), timezone.localdate())
    if found is None:
        raise NotFound(_("No office has this code."), field="office_code")
    return found.pk


def _coordinator(request: HttpRequest) -> None:
    if not may_coordinate(desk_of(request)):
        raise NotAllowed(_("This page is for heads of offices and administrators."))

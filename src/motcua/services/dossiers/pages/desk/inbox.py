"""The inbox, what waits for acceptance, and finishing many steps at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.kernel.errors import Refused
from motcua.kernel.web import forms
from motcua.kernel.web.keyset import paginate
from motcua.services.dossiers import actions, queries
from motcua.services.dossiers.access import require_unbarred_from
from motcua.services.dossiers.lines import WorkLine, dossier_lines
from motcua.services.dossiers.models import WorkItem
from motcua.services.dossiers.pages.desk.rows import dossier_rows, work_rows
from motcua.services.dossiers.pages.desk.shared import (
    actor_at,
    by_due,
    desk_of,
    for_officers,
    told_on_list,
    uuids,
    viewer_of,
)
from motcua.services.dossiers.pages.desk.steps import node_of, outcomes_of


@require_GET
@for_officers
def inbox(request: HttpRequest) -> HttpResponse:
    """The open steps that the officer may do, most urgent first."""
    desk, now = desk_of(request), timezone.now()
    chosen = request.GET.get("filter", "all")
    chosen = chosen if chosen in queries.INBOX_FILTERS else "all"
    page = by_due(queries.inbox(desk, filter_by=chosen, at=now), cursor=request.GET.get("cursor"))
    counts = queries.inbox_counts(desk, at=now)
    tabs = [
        {
            "href": f"{reverse('dossiers:desk-inbox')}?filter={name}",
            "text": text,
            "count": getattr(counts, name),
            "current": name == chosen,
        }
        for name, text in _filters().items()
    ]
    context = {"page": page, "rows": work_rows(page.items, now), "tabs": tabs, "chosen": chosen}
    return render(request, "dossiers/desk/inbox.html", context)


def _filters() -> dict[str, str]:
    return {
        "all": _("All"),
        "mine": _("Mine"),
        "unclaimed": _("Not taken on"),
        "due_soon": _("Due soon"),
        "overdue": _("Overdue"),
    }


@require_GET
@for_officers
def reception(request: HttpRequest) -> HttpResponse:
    """Submissions that wait for acceptance, oldest first."""
    queue = queries.reception_queue(desk_of(request))
    page = paginate(queue, order=("submitted_at", "id"), cursor=request.GET.get("cursor"), fetch=dossier_lines)
    context = {"page": page, "rows": dossier_rows(page.items, timezone.now())}
    return render(request, "dossiers/desk/reception.html", context)


@require_http_methods(["GET", "POST"])
@for_officers
def finish_many(request: HttpRequest) -> HttpResponse:
    """Finish steps at the same node with the same outcome: confirm, then see what became of each dossier."""
    try:
        items = _chosen(request)
        outcomes = _shared_outcomes(items)
    except Refused as why:
        return told_on_list(request, why, "desk-inbox")
    context = {"rows": work_rows(map(WorkLine.of, items), timezone.now()), "step": items[0].name, "outcomes": outcomes}
    if request.method != "POST":
        return forms.page(request, "dossiers/desk/finish_many.html", context)
    outcome = request.POST.get("outcome") or None
    if outcomes and outcome not in {each.id for each in outcomes}:
        refused = Refused(_("Choose how this step ends."), field="outcome", code="outcome")
        return forms.page(request, "dossiers/desk/finish_many.html", context, refused=refused)
    told = [_finish(request, item, outcome) for item in items]
    return render(request, "dossiers/desk/told.html", told_context(_("Steps finished"), "desk-inbox", told))


def told_context(title: str, back: str, told: Sequence[dict[str, Any]], again: str = "") -> dict[str, Any]:
    """What became of each of many: the context of ``told.html``."""
    failed = [each["id"] for each in told if not each["ok"]]
    query = "&".join(f"item={key}" for key in failed)
    return {
        "title": title,
        "told": told,
        "done": len(told) - len(failed),
        "failed": len(failed),
        "back": reverse(f"dossiers:{back}"),
        "again": f"{reverse(f'dossiers:{again}')}?{query}" if again and failed else "",
    }


def _chosen(request: HttpRequest) -> list[WorkItem]:
    """The chosen steps, those of the officer's inbox only. Raises :class:`Refused` when there is none."""
    sent = request.POST if request.method == "POST" else request.GET
    keys = uuids(sent.getlist("item"))
    mine = queries.inbox(desk_of(request), at=timezone.now()).queryset.for_rows()
    found = list(mine.filter(pk__in=keys).order_by("due_at", "id"))
    if not found:
        raise Refused(_("Choose at least one dossier that still waits for you."), code="nothing_chosen")
    return found


def _shared_outcomes(items: Sequence[WorkItem]) -> Any:
    """The outcomes that all steps offer. Raises :class:`Refused` for different steps, and for those that need more."""
    if len({(item.node, item.dossier.procedure_version_id) for item in items}) > 1:
        raise Refused(_("Choose dossiers of the same procedure that are at the same step."), code="different_steps")
    node = node_of(items[0].dossier, items[0])
    if node.sign or (node.form and not node.result):
        raise Refused(_("This step is done dossier by dossier."), code="one_by_one")
    return outcomes_of(node)


def _finish(request: HttpRequest, item: WorkItem, outcome: str | None) -> dict[str, Any]:
    told = {"id": item.pk, "number": item.dossier.number, "applicant": item.dossier.applicant_name}
    try:
        require_unbarred_from(viewer_of(request), item.dossier)
        with transaction.atomic():
            went_on = actions.complete(
                item.dossier_id,
                item=item.pk,
                outcome=outcome,
                note=request.POST.get("note", ""),
                by=actor_at(request, item.office_id, roles=(item.role,), dossier=item.dossier),
                seen_version=_version(request, item.dossier_id),
            )
    except Refused as refused:
        return {**told, "ok": False, "text": refused.message}
    text = _("Finished") if went_on else _("The process could not go on; the administrator has been informed.")
    return {**told, "ok": went_on, "text": text}


def _version(request: HttpRequest, dossier: UUID) -> int | None:
    typed = request.POST.get(f"version-{dossier}", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else None

"""What of dossiers stands in the officers' menu and on their home page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.kernel.web import navigation, panels
from motcua.kernel.web.keyset import capped_count
from motcua.kernel.web.navigation import Lookup, NavItem
from motcua.kernel.web.panels import Panel
from motcua.people.officers.desks import Desk
from motcua.services.dossiers import queries
from motcua.services.dossiers.abilities import CASHIER
from motcua.services.dossiers.approvers import LEADING
from motcua.services.dossiers.pages.desk.rows import work_rows
from motcua.services.dossiers.pages.desk.shared import by_due, desk_of, viewer_of, works_here

MOST_URGENT = 8


def register() -> None:
    """Put the pages into the menu, the search box on top, and the panels on the home page."""
    items = (
        (gettext_lazy("Inbox"), "desk-inbox", _has_position),
        (gettext_lazy("Waiting for acceptance"), "desk-reception", _receives),
        (gettext_lazy("Counter"), "desk-counter", _receives),
        (gettext_lazy("To sign"), "desk-signing", _signs),
        (gettext_lazy("To approve"), "desk-to-approve", _approves),
        (gettext_lazy("To return"), "desk-returns", _returns),
        (gettext_lazy("Dossiers"), "desk-search", works_here),
        (gettext_lazy("My office"), "desk-office", _heads),
        (gettext_lazy("Tracking book"), "desk-book", works_here),
        (gettext_lazy("Hindrances"), "desk-incidents", _coordinates),
    )
    for order, (label, name, visible) in enumerate(items, start=1):
        navigation.register(
            NavItem(area="desk", label=label, url_name=f"dossiers:{name}", order=order * 5, visible=visible)
        )
    navigation.register(
        NavItem("desk", gettext_lazy("Fees to be collected"), "dossiers:desk-owed", 46, _collects_only)
    )
    navigation.register(
        NavItem(
            area="administration",
            label=gettext_lazy("Import running dossiers"),
            url_name="dossiers:desk-import",
            order=60,
            visible=_administers,
        )
    )
    label = gettext_lazy("Dossier code, name, or a scanned card or receipt")
    navigation.register_lookup(Lookup(area="desk", url_name="dossiers:desk-search", label=label))
    panels.register(Panel("desk", "dossiers.today", "dossiers/desk/panel_today.html", today, order=10, wide=True))
    panels.register(Panel("desk", "dossiers.urgent", "dossiers/desk/panel_urgent.html", urgent, order=20, wide=True))


def today(request: HttpRequest) -> dict[str, Any] | None:
    """How much waits: five statements at most."""
    desk = desk_of(request)
    if not desk.positions:
        return None
    counts = queries.inbox_counts(desk, at=timezone.now())
    inbox = reverse("dossiers:desk-inbox")
    figures: list[dict[str, Any]] = [
        _figure(counts.overdue, _("Overdue"), f"{inbox}?filter=overdue", "danger" if counts.overdue else "plain"),
        _figure(counts.due_soon, _("Due soon"), f"{inbox}?filter=due_soon",
                "warning" if counts.due_soon else "plain"),
        _figure(counts.all, _("In the inbox"), inbox),
    ]  # fmt: skip
    for visible, queue, text, name in (
        (_receives, queries.reception_queue, _("Waiting for acceptance"), "desk-reception"),
        (_signs, queries.signing_list, _("To sign"), "desk-signing"),
        (_returns, queries.return_queue, _("To return"), "desk-returns"),
    ):
        if visible(request):
            figures.append(_figure(str(capped_count(queue(desk).queryset)), text, reverse(f"dossiers:{name}")))
    if _approves(request) and (waiting := capped_count(queries.to_approve(viewer_of(request)))):
        figures.append(_figure(str(waiting), _("To approve"), reverse("dossiers:desk-to-approve")))
    return {"figures": figures}


def _figure(number: int | str, label: str, href: str, tone: str = "plain") -> dict[str, Any]:
    return {"number": number, "label": label, "href": href, "tone": tone}


def urgent(request: HttpRequest) -> dict[str, Any] | None:
    """The steps that are due first, of those whose clock runs; one statement."""
    desk, now = desk_of(request), timezone.now()
    if not desk.positions:
        return None
    page = by_due(queries.inbox(desk, at=now).queryset.filter(paused=False), cursor=None, size=MOST_URGENT)
    return {"rows": work_rows(page.items, now)} if page.items else None


def _has(request: HttpRequest, *roles: str) -> bool:
    return works_here(request) and desk_of(request).has_somewhere(*roles)


def _has_position(request: HttpRequest) -> bool:
    return works_here(request) and bool(desk_of(request).positions)


def _receives(request: HttpRequest) -> bool:
    return _has(request, "reception")


def _signs(request: HttpRequest) -> bool:
    return _has(request, "leader")


def _approves(request: HttpRequest) -> bool:
    return _has(request, *LEADING)


def _returns(request: HttpRequest) -> bool:
    return _has(request, "reception", "return")


def _collects_only(request: HttpRequest) -> bool:
    """Whoever returns results finds the fees there."""
    return _has(request, CASHIER) and not _returns(request)


def _heads(request: HttpRequest) -> bool:
    return works_here(request) and desk_of(request).heads_something


def _administers(request: HttpRequest) -> bool:
    return works_here(request) and desk_of(request).is_administrator


def _coordinates(request: HttpRequest) -> bool:
    return _heads(request) or _administers(request)


def may_coordinate(desk: Desk) -> bool:
    """Whether the officer mends what stands in the exception queue: heads of offices and administrators."""
    return desk.heads_something or desk.is_administrator

"""Delegations: officers give their own, administrators enter what was written; who acts for whom, and how far."""

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.text import local_date
from motcua.kernel.web import forms
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.people.officers import access, actions, limits, queries
from motcua.people.officers.models import Authority, Delegation, Officer, Position, Role
from motcua.people.officers.pages.shared import day, last_day, roles_in_words

MOST = 200
ALL, CHOSEN = "all", "chosen"


def delegation_rows(
    delegations: Iterable[Delegation], *, end: Callable[[Delegation], str] = lambda row: ""
) -> list[dict[str, Any]]:
    """Delegations as lists show them, with the names of what they are limited to (a statement for each kind).

    ``end`` is where one is ended, empty for who may not.
    """
    rows = list(delegations)
    names = limits.named(sorted({label for row in rows for label in row.scope}))
    return [
        {
            "id": row.pk,
            "from": str(row.from_position.officer),
            "to": str(row.to_position.officer),
            "office": row.from_position.office.name,
            "roles": roles_in_words(row.roles),
            "scope": [names.get(label, label) for label in row.scope],
            "document": row.document,
            "since": local_date(row.valid_from),
            "until": last_day(row.valid_to),
            "end": end(row),
        }
        for row in rows
    ]


def revoking(row: Delegation) -> str:
    """Where who has given a delegation takes it back."""
    return reverse("officers:revoke-delegation", args=[row.pk])


@require_http_methods(["GET", "POST"])
@sign_in_first
def delegate(request: HttpRequest) -> HttpResponse:
    """Lend roles of one's position to a colleague's for a time."""
    me = access.myself(request)
    own = Position.objects.on(timezone.localdate()).filter(officer=me)
    return _page(request, me, own, _receivers(me), back=reverse("officers:me"))


@require_http_methods(["GET", "POST"])
@sign_in_first
def enter(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Enter a written delegation of an officer, from positions in the offices that one administers."""
    shown = access.administered_officer(request, account_id)
    access.require(access.abilities(request, shown), "delegate")
    desk, positions = access.desk_of(request), Position.objects.on(timezone.localdate()).filter(officer=shown)
    if not desk.is_administrator:
        positions = positions.filter(office__in=desk.administered_office_ids)
    receivers = _receivers(shown)
    if not desk.is_administrator:  # nobody else gives themselves anything
        receivers = receivers.exclude(officer=desk.account_id)
    return _page(request, shown, positions, receivers, back=reverse("officers:officer", args=[shown.pk]))


def _receivers(giver: Officer) -> QuerySet[Position]:
    today = timezone.localdate()
    colleagues = queries.colleagues_of(giver, today).order_by().values("pk")
    return Position.objects.on(today).filter(officer__in=colleagues).order_by("officer__sort_key", "id")


def _page(
    request: HttpRequest, giver: Officer, own: QuerySet[Position], theirs: QuerySet[Position], *, back: str
) -> HttpResponse:
    givers = list(own.select_related("office", "officer").order_by("valid_from", "id")[:MOST])
    receivers = list(theirs.select_related("office", "officer__account")[:MOST])
    context = {
        "giver": giver,
        "back": back,
        "mine": giver.pk == signed_in(request).pk,
        "own": [(str(position.pk), f"{position.title}, {position.office.name}") for position in givers],
        "theirs": [(str(one.pk), f"{one.officer}, {one.title}, {one.office.name}") for one in receivers],
        "roles": [(role, label) for role, label in Role.choices if any(role in one.roles for one in givers)],
        "chosen": request.POST.getlist("roles"),
        "authorities": Authority.choices,
        "authority": Authority.BY_DELEGATION,
        "reaches": [(ALL, _("All that these roles may do")), (CHOSEN, _("Only what is chosen below"))],
        **_choices(request),
    }
    if request.method != "POST" or request.POST.get("do") == "find":
        return forms.page(request, "officers/delegate.html", context)
    try:
        actions.delegate(
            from_position=_one_of(givers, request, "from_position", _("You do not hold this position.")),
            to_position=_one_of(receivers, request, "to_position", _("Choose a colleague.")),
            roles=request.POST.getlist("roles"),
            valid_from=day(request, "valid_from"),
            last_day=day(request, "last_day"),
            document=request.POST.get("document", ""),
            authority=request.POST.get("authority", "") or Authority.BY_DELEGATION,
            scope=_scope(request),
            by=signed_in(request),
        )
    except Refused as refused:
        return forms.page(request, "officers/delegate.html", context, refused=refused)
    messages.success(request, _("The delegation has been saved."))
    return redirect(back)


def _one_of(positions: Iterable[Position], request: HttpRequest, name: str, text: str) -> Position:
    found = next((each for each in positions if str(each.pk) == request.POST.get(name)), None)
    if found is None:
        raise NotFound(text, field=name)
    return found


def _scope(request: HttpRequest) -> list[str] | None:
    """What it is limited to; None when it is not. Raises ``Refused`` unless that was said without contradiction."""
    reach, scope = request.POST.get("reach"), request.POST.getlist("scope")
    if reach not in (ALL, CHOSEN):
        raise Refused(_("Say whether all is delegated or only what is chosen."), field="reach", code="required")
    if reach == ALL and scope:
        text = _("Something is chosen below. Say that only this is delegated, or take the ticks away.")
        raise Refused(text, field="reach", code="contradiction")
    return scope if reach == CHOSEN else None


def _choices(request: HttpRequest) -> dict[str, Any]:
    """What the text typed so far finds, chosen or not; before it, what else has been chosen."""
    chosen = limits.named(request.POST.getlist("scope")[: limits.MOST])
    found = limits.found(request.POST.get("find", ""))
    offered = {label for _title, options in found for label, _name in options}
    beside = [(label, name) for label, name in chosen.items() if label not in offered]
    groups = [(_("Chosen"), beside), *found]
    return {
        "choices": [
            (title, [(label, name, label in chosen) for label, name in options])
            for title, options in groups
            if options
        ],
        "nothing_found": not offered,
    }


@require_POST
@sign_in_first
def revoke(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Take back a delegation that one has given."""
    return _ended(request, access.own_delegation(request, delegation_id), back=reverse("officers:me"))


@require_POST
@sign_in_first
def end(request: HttpRequest, account_id: UUID, delegation_id: UUID) -> HttpResponse:
    """End a delegation of an officer whom one looks after."""
    shown = access.administered_officer(request, account_id)
    found = access.administered_delegation(request, shown, delegation_id)
    return _ended(request, found, back=reverse("officers:officer", args=[shown.pk]))


def _ended(request: HttpRequest, delegation: Delegation, *, back: str) -> HttpResponse:
    actions.revoke_delegation(delegation=delegation, by=signed_in(request))
    messages.success(request, _("The delegation has ended."))
    return redirect(back)

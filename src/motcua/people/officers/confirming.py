"""Roles that open what an agency keeps are in force when a second person has confirmed them.

Decree 30/2020/NĐ-CP, appendix VI: a change of access rights is confirmed by somebody competent. That is another
administrator, or a leader, head or administrator of the office; never who asked, nor who gets the position. Where
there is nobody else yet, as when a house is set up, the position is given at once.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.rows import store
from motcua.people.accounts.models import Account
from motcua.people.officers.actions import give_position, tell
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import AskedPosition, Officer, Position, Role
from motcua.people.organisations.models import Office

OPENING = frozenset({Role.CLERK, Role.LEADER, Role.HEAD, Role.ADMIN})
COMPETENT = (Role.LEADER, Role.HEAD, Role.ADMIN)


def to_confirm(desk: Desk) -> "QuerySet[AskedPosition]":
    """The positions that wait for this officer as the second person; order by ``asked_at, id``."""
    waiting = AskedPosition.objects.filter(settled_at=None)
    if not desk.is_administrator:
        waiting = waiting.filter(office__in=sorted(competent_in(desk)))
    waiting = waiting.exclude(asked_by=desk.account_id).exclude(officer=desk.account_id)
    return waiting.select_related("officer__account", "office", "asked_by")


def competent_in(desk: Desk) -> frozenset[UUID]:
    """The offices whose positions an officer may confirm, from positions of their own."""
    own = {held.office_id for held in desk.positions if held.basis == "own" and held.roles & set(COMPETENT)}
    return frozenset(own) | desk.administered_office_ids


@transaction.atomic
def ask_position(
    *,
    officer: Officer,
    office: Office,
    title: str,
    roles: Sequence[str],
    valid_from: date,
    by: Account,
    last_day: date | None = None,
) -> Position | None:
    """As ``give_position``; None where it waits for a second person. Raises :class:`Refused`."""
    if not OPENING.intersection(roles) or not _others(office, officer, by):
        return give_position(
            officer=officer, office=office, title=title, roles=roles, valid_from=valid_from, by=by, last_day=last_day
        )
    asked = AskedPosition(
        officer=officer,
        office=office,
        title=title.strip(),
        roles=sorted(set(roles)),
        valid_from=valid_from,
        last_day=last_day,
        asked_by=by,
        asked_at=timezone.now(),
    )
    store(asked)
    tell(officer, "position_asked", by, agency=office.pk, about={"asked": str(asked.pk), "roles": asked.roles})
    return None


def _others(office: Office, officer: Officer, by: Account) -> bool:
    """Whether there is anybody else who may confirm."""
    two = [officer.pk, by.pk]
    there = Position.objects.on(timezone.localdate()).filter(office=office, roles__overlap=list(COMPETENT))
    if there.filter(officer__account__is_active=True).exclude(officer__in=two).exists():
        return True
    return Account.objects.filter(is_administrator=True, is_active=True).exclude(pk__in=two).exists()


@transaction.atomic
def confirm_position(key: UUID, *, by: Account, desk: Desk) -> Position:
    """Give a position that waited, from the day asked for, but not from before today: nobody had confirmed it then.

    Raises ``NotFound`` for one that is not the officer's to confirm, :class:`Refused` for one that cannot be given any
    more.
    """
    asked = _waiting(key, desk)
    if asked.officer.left_on is not None:
        raise Conflict(_("This officer has left already."))
    if asked.last_day is not None and asked.last_day < timezone.localdate():
        raise Conflict(_("The last day of this position has passed already."), code="over")
    given = give_position(
        officer=asked.officer,
        office=asked.office,
        title=asked.title,
        roles=asked.roles,
        valid_from=max(asked.valid_from, timezone.localdate()),
        last_day=asked.last_day,
        by=by,
    )
    asked.position = given
    _settle(asked, by, "position_confirmed")
    return given


@transaction.atomic
def refuse_position(key: UUID, *, by: Account, desk: Desk) -> None:
    """Give a position that waited to nobody. Raises ``NotFound`` as :func:`confirm_position`."""
    _settle(_waiting(key, desk), by, "position_refused")


def _waiting(key: UUID, desk: Desk) -> AskedPosition:
    found = to_confirm(desk).select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound(_("This position is not waiting for you."))
    return found


def _settle(asked: AskedPosition, by: Account, kind: str) -> None:
    asked.settled_at, asked.settled_by = timezone.now(), by
    asked.save()
    about = {"asked": str(asked.pk), "asked_by": str(asked.asked_by_id), "roles": asked.roles}
    tell(asked.officer, kind, by, agency=asked.office_id, about=about)


def waiting_for(officer: Officer) -> list[AskedPosition]:
    """What waits to be confirmed for an officer; one statement."""
    rows = AskedPosition.objects.filter(officer=officer, settled_at=None).select_related("office", "asked_by")
    return list(rows.order_by("asked_at", "id"))

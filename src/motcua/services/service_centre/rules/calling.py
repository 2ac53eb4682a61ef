"""Whose turn it is. Pure.

Every ticket has a rank, a moment that never changes while it waits: when its holder came, less a bounded head start.
The earliest rank is called first. So nobody starves: whoever comes more than :data:`MOST_HEAD_START` (and, with an
appointment, :data:`MOST_GRACE`) after me is called after me, however many they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

MOST_HEAD_START = timedelta(minutes=60)
MOST_GRACE = timedelta(minutes=30)
NEAR = timedelta(minutes=5)  # an appointment is not called earlier than this before its time while others wait


@dataclass(frozen=True)
class Turn:
    """Where a ticket stands in the queue: its rank, and before when others go first."""

    rank_at: datetime
    not_before: datetime


@dataclass(frozen=True)
class Waiting:
    """A ticket that waits, as the rules see it; ``order`` decides between equal ranks."""

    order: object
    service: UUID
    turn: Turn


def bounded(head_start: timedelta) -> timedelta:
    """A head start from nothing to an hour."""
    return min(max(head_start, timedelta()), MOST_HEAD_START)


def turn_of(came: datetime, *, head_start: timedelta = timedelta()) -> Turn:
    """The turn of who came without appointment; ``head_start`` is that of their priority group."""
    return Turn(came - bounded(head_start), came)


def turn_by_appointment(
    slot: datetime, came: datetime, *, head_start: timedelta, grace: timedelta, priority: timedelta = timedelta()
) -> Turn:
    """The turn of who has an appointment at ``slot`` and came at ``came``.

    In time, they go before all who came less than ``head_start`` before the slot. Later than ``grace`` they queue as
    anybody else.
    """
    if came > slot + min(grace, MOST_GRACE):
        return turn_of(came, head_start=priority)
    return Turn(slot - max(bounded(head_start), bounded(priority)), max(came, slot - NEAR))


def before(each: Waiting, now: datetime) -> tuple[bool, datetime, object]:
    """What the queue is sorted by at a moment: those whose time has not come go last, so that no counter idles."""
    return each.turn.not_before > now, each.turn.rank_at, each.order


def in_turn(waiting: Iterable[Waiting], now: datetime) -> list[Waiting]:
    """The queue in the order in which it is called."""
    return sorted(waiting, key=lambda each: before(each, now))


def next_for(waiting: Iterable[Waiting], services: frozenset[UUID], now: datetime) -> Waiting | None:
    """Whom a counter with these services calls."""
    mine = in_turn((each for each in waiting if each.service in services), now)
    return mine[0] if mine else None

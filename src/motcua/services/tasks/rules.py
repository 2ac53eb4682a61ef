"""Decisions about tasks: what may be done in which state, who has to look at it next, until when. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from motcua.kernel.time.rules import VIETNAM, Calendar, Limit, Unit, due, starts_counting

RUNNING = frozenset({"ordered", "doing", "reported"})  # the unit answers for it, and its deadline runs
OPEN = RUNNING | {"submitted", "returned"}
STATES: Mapping[str, frozenset[str]] = {
    "assign": RUNNING,
    "progress": frozenset({"ordered", "doing"}),
    "report": frozenset({"ordered", "doing"}),
    "pass_up": frozenset({"reported"}),
    "send_down": frozenset({"reported"}),
    "accept": frozenset({"submitted"}),
    "send_back": frozenset({"submitted", "returned"}),
    "return": frozenset({"ordered", "doing"}),
    "reassign": frozenset({"returned"}),
    "ask_extension": RUNNING,
    "grant": RUNNING,
    "decline": RUNNING,
    "split": frozenset({"ordered", "doing"}),
    "assign_support": OPEN,
    "finish_support": OPEN,
    "withdraw": OPEN,
}
NEVER = datetime(9000, 1, 1, tzinfo=UTC)  # orders what has no deadline after all that has one
DEEPEST = 3  # levels of sub-tasks under a task that a leader ordered
WARNED_BEFORE = 2  # working days before the day on which it is due
LONGEST_LIMIT = 2_000  # working days
FARTHEST = timedelta(days=10 * 366)


def allows(state: str, act: str) -> bool:
    """Whether a task in this state can have this done to it."""
    return state in STATES[act]


def after_report(*, by_head: bool, same_office: bool) -> str:
    """The state after "done" was reported: acceptance has two levels, the unit's head and who ordered the task.

    What a head reports has passed the first; what an office ordered from its own people has one head for both.
    """
    return "submitted" if by_head or same_office else "reported"


def wrong_percent(percent: int) -> bool:
    """Whether a figure is no part of a whole."""
    return not 0 <= percent <= 100


def end_of(day: date, calendar: Calendar) -> datetime:
    """The moment at which something is due on a day: when work ends there.

    A day off moves on to the next working day (Bộ luật Dân sự 2015, Điều 148(5)).
    """
    worked = calendar.next_working_day(day)
    return datetime.combine(worked, calendar.hours_on(worked)[-1][1], VIETNAM)


def day_within(given_at: datetime, days: int, calendar: Calendar) -> date:
    """The day on which a task is due that was given at a moment with so many working days."""
    limit = Limit(Decimal(days), Unit.WORKING_DAYS)
    return due(starts_counting(given_at, calendar), limit, calendar).astimezone(VIETNAM).date()


def soon_from(day: date, calendar: Calendar) -> datetime:
    """From when a task that is due on a day counts as due soon: the morning two working days before."""
    day, left = calendar.next_working_day(day), WARNED_BEFORE
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_working_day(day)
    return datetime.combine(day, calendar.hours_on(day)[0][0], VIETNAM)


def standing(state: str, *, due_at: datetime | None, soon_at: datetime | None, done_at: datetime | None,
             now: datetime) -> str:  # fmt: skip
    """How a task stands against its deadline: ``done``, ``late`` (done too late), ``overdue``, ``due_soon``,
    ``on_time``, or ``none`` without one.

    A unit is in time when it has handed its work up in time: how long the acceptance takes is not its fault. Nobody is
    late with what a unit has returned as not its duty.
    """
    if state in ("withdrawn", "returned") or (due_at is None and state not in ("submitted", "accepted")):
        return "none"
    if state in ("submitted", "accepted"):
        return "late" if due_at and done_at and done_at > due_at else "done"
    assert due_at is not None
    if due_at < now:
        return "overdue"
    return "due_soon" if soon_at is not None and soon_at <= now else "on_time"


def below(key: UUID, parents: Iterable[tuple[UUID, UUID | None]]) -> list[tuple[UUID, int]]:
    """The tasks under one, each after its parent, with their level below it; ``parents``: (task, its parent)."""
    children: dict[UUID | None, list[UUID]] = {}
    for child, parent in parents:
        children.setdefault(parent, []).append(child)
    found: list[tuple[UUID, int]] = []
    waiting = [(child, 1) for child in reversed(children.get(key, []))]
    while waiting:
        task, level = waiting.pop()
        found.append((task, level))
        waiting.extend((child, level + 1) for child in reversed(children.get(task, [])))
    return found


def wrong_parts(parts: Collection[str]) -> str:
    """What is wrong with who is to lead and support, as a code; empty when it will do: exactly one leads."""
    if not parts:
        return "none"
    leads = sum(part == "leads" for part in parts)
    return "" if leads == 1 else "two_lead" if leads else "no_lead"

"""Decisions about appointments: what may be done in which state, on which days of a week they stand. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from motcua.kernel.text.dates import VIETNAM, midnight

STATES: Mapping[str, frozenset[str]] = {
    "publish": frozenset({"proposed"}),
    "decline": frozenset({"proposed"}),
    "withdraw": frozenset({"proposed"}),
    "change": frozenset({"proposed", "published"}),
    "cancel": frozenset({"published"}),
}
LONGEST = timedelta(days=31)  # lets every search by time begin at an index
FARTHEST = timedelta(days=2 * 366)
MOST_REPEATED = 52
NOON = time(12)
WEEK = timedelta(days=7)


def allows(state: str, act: str, *, over: bool) -> bool:
    """Whether an appointment in this state can have this done to it; what is over stays as it was."""
    return state in STATES[act] and (not over or act in ("decline", "withdraw"))


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_of(monday: date) -> tuple[datetime, datetime]:
    """From when and until before when a week goes."""
    return midnight(monday), midnight(monday + WEEK)


def beginning(begin: datetime, end: datetime) -> tuple[datetime, datetime]:
    """After when and before when everything begins that touches a time."""
    return begin - LONGEST, end


def weekly(first: date, last: date) -> list[date]:
    """The days of what happens every week from one day until another."""
    return [first + count * WEEK for count in range((last - first).days // 7 + 1)]


@dataclass
class Day:
    """What stands on a day, as places in the list that was asked about: what begins before noon or goes on from the
    day before, and what begins later."""

    day: date
    morning: list[int] = field(default_factory=list)
    afternoon: list[int] = field(default_factory=list)


def placed(spans: Sequence[tuple[datetime, datetime]], monday: date) -> list[Day]:
    """The seven days of a week with what stands on each; ``spans`` in the order in which they begin."""
    days = [Day(monday + timedelta(days=count)) for count in range(7)]
    for index, (starts, ends) in enumerate(spans):
        for day in days:
            if starts < midnight(day.day + timedelta(days=1)) and ends > midnight(day.day):
                goes_on = starts < midnight(day.day)
                is_early = goes_on or starts.astimezone(VIETNAM).time() < NOON
                (day.morning if is_early else day.afternoon).append(index)
    return days


@dataclass(frozen=True)
class Taken:
    """The time of somebody, or of several."""

    starts: datetime
    ends: datetime
    who: frozenset[UUID]


def clashing(taken: Sequence[Taken]) -> list[tuple[int, int]]:
    """The places of each two that somebody cannot both attend, the earlier first; ``taken`` in the order of beginning.

    What ends when another begins leaves time for both.
    """
    found, going_on = [], list[int]()
    for later, other in enumerate(taken):
        going_on = [earlier for earlier in going_on if other.starts < taken[earlier].ends]
        found += [(earlier, later) for earlier in going_on if taken[earlier].who & other.who]
        going_on.append(later)
    return found

"""When tickets are given. Pure; hours are those of the day in Vietnam."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from motcua.kernel.time.rules import VIETNAM, Hours


class Closed(StrEnum):
    """Why no ticket is given."""

    DAY_OFF = "day_off"
    NOT_YET = "not_yet"
    OVER = "over"
    PAUSED = "paused"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Day:
    """The hours of a centre on one day, and how long before them tickets begin and end."""

    date: date
    hours: Hours
    early: timedelta
    last: timedelta

    @property
    def doors(self) -> tuple[datetime, datetime] | None:
        """When the centre opens first and closes for good; None on a day off."""
        if not self.hours:
            return None
        (first, _end), (_start, last) = self.hours[0], self.hours[-1]
        return datetime.combine(self.date, first, VIETNAM), datetime.combine(self.date, last, VIETNAM)

    def refuses(self, now: datetime) -> Closed | None:
        """Why no ticket is given at a moment of this day; over the lunch break they are."""
        doors = self.doors
        if doors is None:
            return Closed.DAY_OFF
        if now < doors[0] - self.early:
            return Closed.NOT_YET
        return Closed.OVER if now >= doors[1] - self.last else None

    def is_open(self, now: datetime) -> bool:
        """Whether the counters work at a moment."""
        inside = now.astimezone(VIETNAM)
        return inside.date() == self.date and any(start <= inside.time() < end for start, end in self.hours)

    def after_work(self, moment: datetime, minutes: float) -> datetime | None:
        """When so many minutes of the centre's work have passed after a moment; None if not on this day."""
        left = timedelta(minutes=minutes)
        for start, end in self.hours:
            begins = max(moment, datetime.combine(self.date, start, VIETNAM))
            ends = datetime.combine(self.date, end, VIETNAM)
            if begins >= ends:
                continue
            if begins + left <= ends:
                return begins + left
            left -= ends - begins
        return None

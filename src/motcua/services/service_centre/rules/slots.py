"""The times that can be booked. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from motcua.kernel.time.rules import VIETNAM
from motcua.services.service_centre.rules.opening import Day

NOTICE = timedelta(minutes=60)  # nobody books what begins sooner


@dataclass(frozen=True)
class Slot:
    """A time and how many places it has left."""

    starts_at: datetime
    left: int


def starts(day: Day, minutes: int) -> list[datetime]:
    """Where the slots of a day begin: one after the other, each wholly within the hours."""
    found = []
    for opens, closes in day.hours:
        start, end = (datetime.combine(day.date, moment, VIETNAM) for moment in (opens, closes))
        while start + timedelta(minutes=minutes) <= end:
            found.append(start)
            start += timedelta(minutes=minutes)
    return found


def slots(day: Day, minutes: int, capacity: int, taken: Mapping[datetime, int], now: datetime) -> list[Slot]:
    """The slots that can still be booked at a moment, full ones left out."""
    found = [Slot(start, capacity - taken.get(start, 0)) for start in starts(day, minutes) if start >= now + NOTICE]
    return [slot for slot in found if slot.left > 0]

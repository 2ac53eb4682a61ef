"""The draft of a year's calendar, from the ``holidays`` package: a proposal that a person corrects and approves.

Public holidays: Bộ luật Lao động 2019 Điều 112, and 24 November from 2026 (NQ 28/2026); one that falls on a weekly
day off is compensated on the next working day, Điều 111(3). The Government swaps days year by year, sometimes a week
ahead: the package may not know them yet (2026-01-02 for 2026-01-10 is missing in 0.109).
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from motcua.kernel.time.models import DayKind


@dataclass(frozen=True, slots=True, order=True)
class DraftDay:
    """A proposed day, named in Vietnamese as the decisions name it."""

    date: date
    kind: DayKind
    name: str


MAKE_UP_NAME = "Ngày làm bù"


@lru_cache(maxsize=32)
def draft_days(year: int) -> tuple[DraftDay, ...]:
    """The proposed days of a year, in order."""
    known = holidays.country_holidays("VN", years=year, language="vi")
    days = [DraftDay(day, _kind(name), name) for day, name in known.items()]
    days += [DraftDay(day, DayKind.MAKE_UP, MAKE_UP_NAME) for day in known.weekend_workdays if day.year == year]
    return tuple(sorted(days))


def _kind(name: str) -> DayKind:
    if "thay cho ngày" in name:
        return DayKind.SWAPPED_OFF
    return DayKind.COMPENSATORY if "nghỉ bù" in name else DayKind.HOLIDAY

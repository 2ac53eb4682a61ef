"""Dates, moments and numbers as messages write them. Moments are Vietnam's time."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
WHITE = " \t\r\n"
# Year or day first, with one of three marks between; then perhaps a time, perhaps with its zone.
_DAY = re.compile(
    r"(?P<first>\d{4}|\d{1,2})([-/.])(?P<month>\d{1,2})\2(?P<last>\d{4}|\d{1,2})(?:[T ](?P<time>.*))?", re.ASCII
)
_TIME = re.compile(r"(\d{1,2}:\d{2})(?::(\d{2})(?:[.,]\d+)?)? ?(Z|[+-]\d{2}:?\d{2})?", re.ASCII)


def to_date(text: str) -> date | None:
    """A date in one of the forms in circulation: the day that a moment with a zone is in Vietnam.

    None for the year 1, by which .NET means none. Raises ``ValueError``.
    """
    day, time = _split(text)
    if day.year == 1:
        return None
    moment = _moment(day, time)
    return _at_home(moment).date() if moment and moment.tzinfo else day


def to_moment(text: str) -> datetime | None:
    """A moment in one of the forms in circulation, in UTC, to the second; None as with dates.

    Raises ``ValueError``.
    """
    day, time = _split(text)
    if day.year == 1:
        return None
    moment = _moment(day, time or "00:00")
    if moment is None:
        raise ValueError(f"no moment: {text[:40]!r}")
    return _at_home(moment).astimezone(UTC)


def _split(text: str) -> tuple[date, str]:
    found = _DAY.fullmatch(text)
    if found is None or len(found["first"]) + len(found["last"]) < 5:
        raise ValueError(f"no date: {text[:40]!r}")
    year, day = sorted((found["first"], found["last"]), key=len, reverse=True)
    return date(int(year), int(found["month"]), int(day)), found["time"] or ""


def _moment(day: date, time: str) -> datetime | None:
    found = _TIME.fullmatch(time)
    if found is None:
        return None
    hours, seconds, zone = found[1], found[2] or "00", found[3] or ""
    return datetime.fromisoformat(f"{day.isoformat()}T{hours:0>5}:{seconds}{zone}")


def _at_home(moment: datetime) -> datetime:
    try:
        return moment.astimezone(VIETNAM) if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
    except OverflowError as error:
        raise ValueError("a moment beyond the calendar") from error


def from_date(day: date) -> str:
    """``2026/11/27``."""
    return f"{day.year:04}/{day.month:02}/{day.day:02}"


def from_moment(moment: datetime) -> str:
    """``2026/11/27 17:05:00`` in Vietnam's time."""
    local = moment.astimezone(VIETNAM)
    return f"{from_date(local.date())} {local:%H:%M:%S}"

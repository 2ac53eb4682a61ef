"""Dates, moments and numbers as messages write them. Moments are Vietnam's time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_DATES = ("%Y/%m/%d", "%Y-%m-%d", "%d/%m/%Y")
_TIMES = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S")
WHITE = " \t\r\n"


def to_date(text: str) -> date:
    """A date in one of the forms in circulation; a time behind it is left out. Raises ``ValueError``."""
    day = text.replace("T", " ").partition(" ")[0]
    for form in _DATES:
        try:
            return datetime.strptime(day, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(f"no date: {text[:40]!r}")


def to_moment(text: str) -> datetime:
    """A moment in one of the forms in circulation, in UTC. Raises ``ValueError``."""
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=VIETNAM).astimezone(UTC)
        except ValueError:
            continue
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)


def from_date(day: date) -> str:
    """``2026/11/27``."""
    return f"{day.year:04}/{day.month:02}/{day.day:02}"


def from_moment(moment: datetime) -> str:
    """``2026/11/27 17:05:00`` in Vietnam's time."""
    local = moment.astimezone(VIETNAM)
    return f"{from_date(local.date())} {local:%H:%M:%S}"

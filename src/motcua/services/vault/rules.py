"""Pure decisions: whether a paper is valid, what it is fit for, whether a link still opens."""

import calendar
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

SOURCE = "vault:"  # how papers of dossiers name the one in the store that they were taken from
DAYS_OF_LINKS = (1, 7, 30)
LONGEST_RECIPIENT = 200
MOST_WRONG_PINS = 10
MOST_OPENINGS = 100
STAYS_OPEN = timedelta(minutes=30)
_PIN = re.compile(r"[0-9]{6}")


class Standing(Enum):
    """Whether a paper may be relied on today."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    REVOKED = "revoked"


def standing(*, revoked: bool, valid_from: date | None, valid_to: date | None, on: date) -> Standing:
    """How a paper stands on a day; its last day counts."""
    if revoked:
        return Standing.REVOKED
    if valid_to is not None and on > valid_to:
        return Standing.EXPIRED
    if valid_from is not None and on < valid_from:
        return Standing.NOT_YET
    return Standing.VALID


@dataclass(frozen=True)
class Kind:
    """What a paper in the store is: code of the result, or code within a procedure; and its folded name."""

    result: str
    paper: str
    procedure: object
    name: str


@dataclass(frozen=True)
class Asked:
    """What a case asks for: its code within the procedure, its folded name, and the results that are this paper."""

    paper: str
    procedure: object
    name: str
    takes: Collection[str]


def fits(kept: Kind, asked: Asked) -> bool:
    """Whether a paper is what a case asks for: a result that it takes, the same paper, or one of the same name."""
    if kept.result:
        return kept.result in asked.takes or kept.name == asked.name
    same = kept.paper == asked.paper and kept.procedure == asked.procedure
    return bool(kept.paper and same) or kept.name == asked.name


def last_day(*, value: int, unit: str, until: str, issued: date, written: Mapping[str, Any]) -> date | None:
    """The last day of a result's validity; none where it is valid for good or what was written is no day.

    A period begins on the day after the issue and ends with its last day; of a shorter month that is the month's last
    (Civil Code 2015, articles 147 and 148).
    """
    if until:
        return _day_at(written, until)
    if not value:
        return None
    if unit == "days":
        return issued + timedelta(days=value)
    return _months_later(issued, value)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _day_at(written: Mapping[str, Any], place: str) -> date | None:
    found: Any = written
    for name in place.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    try:
        return date.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Link:
    """A link as it stands."""

    expires_at: datetime
    ended: bool
    openings: int
    most: int | None


class LinkState(Enum):
    """Why a link opens, or not."""

    OPEN = "open"
    ENDED = "ended"
    EXPIRED = "expired"
    USED_UP = "used_up"


def link_state(link: Link, at: datetime) -> LinkState:
    """Whether a link lets anybody in now."""
    if link.ended:
        return LinkState.ENDED
    if at >= link.expires_at:
        return LinkState.EXPIRED
    if link.most is not None and link.openings >= link.most:
        return LinkState.USED_UP
    return LinkState.OPEN


def is_pin(text: str) -> bool:
    """Six digits."""
    return _PIN.fullmatch(text) is not None


def read_most(text: str) -> int | None:
    """How often a link may be opened: empty is as often as one likes. Raises ``ValueError``."""
    plain = text.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 3 and 1 <= int(plain) <= MOST_OPENINGS):
        raise ValueError(plain)
    return int(plain)

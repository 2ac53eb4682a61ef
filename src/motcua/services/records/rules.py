"""What may happen to a work file when, and until which day it is kept: pure."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from motcua.services.records.retention import Retention, Schedule

NOTATION = re.compile(r"[0-9]{2,4}\.[0-9A-ZĐ][0-9A-ZĐa-zđ&-]{0,13}")
LAST_DAY = date(9999, 12, 31)

_ALLOWED = {
    "add": {"open"},
    "remove": {"open"},
    "edit": {"open"},
    "close": {"open"},
    "share": {"open", "closed", "offered", "archived"},
    "decide": {"open", "closed", "offered", "archived"},
    "hand_over": {"open", "closed", "offered"},
    "extend": {"closed", "archived"},
    "keep_back": {"closed"},
    "offer": {"closed"},
    "appraise": {"closed", "archived"},
    "hold": {"open", "closed", "offered", "archived"},
    "lift": {"open", "closed", "offered", "archived"},
}
# While a hold stands nothing changes but who may see the file, for how much longer it is kept, and the hold itself.
_UNDER_HOLD = frozenset({"share", "decide", "hand_over", "extend", "hold", "lift"})


def allows(state: str, act: str, *, held: bool) -> bool:
    """Whether an act is possible in a state."""
    return state in _ALLOWED[act] and (not held or act in _UNDER_HOLD)


def is_notation(text: str) -> bool:
    """Whether it is a notation of a file such as ``01.TCCB`` (Decree 30/2020/NĐ-CP, appendix V)."""
    return NOTATION.fullmatch(text) is not None


def after_months(day: date, months: int) -> date:
    """The day so many months later; the last of a shorter month."""
    count = day.year * 12 + day.month - 1 + months
    if count // 12 > LAST_DAY.year:
        return LAST_DAY
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Keeping:
    """For how long a closed file is kept, and when it goes to the archive; None: for ever, or never."""

    until: date | None
    transfer_due: date | None


def keeping(ends_on: date, retention: Retention, schedule: Schedule) -> Keeping:
    """What the schedule says of a file whose work has ended.

    The period counts from the first day of the following year (Circular 10/2022/TT-BNV, article 3): the last day is
    a 31 December.
    """
    until = date(min(ends_on.year + retention.years, LAST_DAY.year), 12, 31) if retention.years else None
    goes = retention.years is None or retention.years >= schedule.transfer_from_years
    months = schedule.transfer_months if retention.transfer_months is None else retention.transfer_months
    return Keeping(until, after_months(ends_on, months) if goes else None)


def is_longer(*, until: date | None, permanent: bool, new_until: date | None, new_permanent: bool) -> bool:
    """Whether a retention is truly longer than the one that stands: it only ever grows."""
    if permanent:
        return False
    return new_permanent or (new_until is not None and until is not None and new_until > until)


def may_be_kept_back(*, first_due: date, now_due: date, until: date, months: int) -> bool:
    """Whether a unit may keep a file until a day: later than now, at most so many months after it was first due."""
    return now_due < until <= after_months(first_due, months)


def warn_from(transfer_due: date, days: int) -> date:
    """The day from which the keeper is warned."""
    return transfer_due - timedelta(days=days)

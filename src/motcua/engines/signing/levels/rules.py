"""Pure decisions of signature levels: when the next try is, and when an archive time stamp is renewed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

PDF, ARCHIVE, PROVEN = "application/pdf", "B-LTA", "B-LT"
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
# A stamp that is already near its end (an authority about to change its key) is not renewed every minute.
SHORTEST_LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Strength:
    """Until when kinds of keys (``rsa-2048``) are held to be strong, and how long before that a stamp is renewed."""

    since: date
    renew_days_before: int
    strong_until: dict[str, date]


def reachable(wanted: str, *, media_type: str) -> str:
    """The level that a file of this type gets: archive time stamps, which must be renewed, are kept to PDF."""
    return wanted if media_type == PDF or wanted != ARCHIVE else PROVEN


def next_try(*, tries: int, at: datetime) -> datetime:
    """1 min, 2 min, 4 min … at most 6 hours later."""
    wait: timedelta = min(FIRST_WAIT * 2 ** min(tries, 12), LONGEST_WAIT)
    return at + wait


def renewal_of(*, certificate_ends: datetime, key: str, at: datetime, strengths: Sequence[Strength]) -> datetime:
    """When an archive time stamp made at ``at`` needs a newer one over it."""
    rule = in_force(strengths, day=at.date())
    weak = weak_from(rule, key, like=at)
    ends = certificate_ends if weak is None else min(certificate_ends, weak)
    return max(ends - timedelta(days=rule.renew_days_before), at + SHORTEST_LIFE)


def in_force(strengths: Sequence[Strength], *, day: date) -> Strength:
    """What is held to be strong on a day: the newest data whose day has come."""
    newest = sorted(strengths, key=lambda each: each.since, reverse=True)
    return next(each for each in newest if each.since <= day)


def weak_from(rule: Strength, key: str, *, like: datetime) -> datetime | None:
    """The beginning of the day (in the time zone of ``like``) from which a kind of key is not held to be strong."""
    weak = rule.strong_until.get(key)
    return None if weak is None else datetime(weak.year, weak.month, weak.day, tzinfo=like.tzinfo)

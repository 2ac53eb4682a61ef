"""What a council concludes from the opinions of its members, and what stops a destruction: pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from motcua.services.records.destruction import CHAIR, SECRETARY, Role

DESTROY, KEEP, TRANSFER = "destroy", "keep", "transfer"
DESTRUCTIBLE = frozenset({"closed", "archived"})


@dataclass(frozen=True)
class Vote:
    """What a member says of a file. ``years``: for how many more it is to be kept; None with ``keep``: for ever."""

    verdict: str
    years: int | None = None


@dataclass(frozen=True)
class Conclusion:
    """What was concluded. ``until``: the new last day of a file that is kept on; None: for ever."""

    verdict: str
    until: date | None = None


def concluded(votes: Sequence[Vote], members: int, *, on: date) -> Conclusion | None:
    """What more than half of all members want; None where no verdict has so many: such a file stays as it is.

    A file that is kept on is kept for the longest that one of those who want it kept asks for, to the end of the year.
    """
    counted = Counter(each.verdict for each in votes)
    found = next((verdict for verdict, count in counted.items() if count * 2 > members), None)
    if found is None:
        return None
    asked = [each.years for each in votes if each.verdict == KEEP]
    if found == KEEP and None not in asked:
        longest = max(years for years in asked if years is not None)
        return Conclusion(KEEP, date(min(on.year + longest, 9999), 12, 31))
    return Conclusion(found)


def is_quorate(votes: Collection[str], members: Collection[str]) -> bool:
    """Whether enough have spoken about a file: chair, secretary, and more than half. Both are roles, one a person."""
    return {CHAIR, SECRETARY} <= set(votes) and len(votes) * 2 > len(members)


def misses(roles: Sequence[Role], members: Collection[str]) -> Role | None:
    """The first role that nobody holds, or too many do."""
    counted = Counter(members)
    return next((each for each in roles if not 1 <= counted[each.code] <= each.at_most), None)


def is_over(state: str, *, permanent: bool, kept_until: date | None, on: date) -> bool:
    """Whether the retention of a closed file has ended before a day."""
    return state in DESTRUCTIBLE and not permanent and kept_until is not None and kept_until < on


def stopped_by(state: str, *, held: bool, permanent: bool, kept_until: date | None, on: date) -> str:
    """What stands against destroying a file on a day: ``held``, ``kept`` or ``moved``; empty where nothing does."""
    if held:
        return "held"
    if state not in DESTRUCTIBLE:
        return "moved"
    return "" if is_over(state, permanent=permanent, kept_until=kept_until, on=on) else "kept"

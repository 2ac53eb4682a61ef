"""One sum that came in, and by what it is known again. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

LONGEST_REFERENCE = 60
LONGEST_KEY = 80
LONGEST_TEXT = 500


@dataclass(frozen=True)
class StatementLine:
    """A sum received: ``key`` is made of the bank's reference and of what the line tells."""

    booked_on: date
    amount: int  # đồng
    text: str
    payer: str = ""
    reference: str = ""
    key: str = ""


@dataclass(frozen=True)
class Read:
    """What a statement tells: sums received, the account where it names one, and the lines that are not understood."""

    lines: list[StatementLine] = field(default_factory=list)
    account: str = ""
    wrong: dict[int, str] = field(default_factory=dict)


def with_keys(lines: Iterable[StatementLine]) -> list[StatementLine]:
    """The lines with their keys: the reference, and a digest of the line and of its order among equal ones.

    No reference alone tells sums apart: payers choose theirs ("NOPPHI"), banks give one to a whole bundle. Equal lines
    of one statement are two sums, and the same statement read again gives the same keys.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        reference = line.reference[:LONGEST_REFERENCE]
        told = "\n".join((line.booked_on.isoformat(), str(line.amount), *_words(line)))
        seen[f"{reference}\n{told}"] += 1
        order = seen[f"{reference}\n{told}"]
        digest = hashlib.sha256(f"{told}\n{order}".encode()).hexdigest()
        found.append(replace(line, key=f"{reference}#{digest}"[:LONGEST_KEY]))
    return found


def _words(line: StatementLine) -> tuple[str, ...]:
    """Under a reference a statement and the bank's report meet, and each folds lines and names payers its way."""
    if line.reference:
        return ("".join(line.text[:LONGEST_TEXT].split()).casefold(),)
    return line.text, line.payer

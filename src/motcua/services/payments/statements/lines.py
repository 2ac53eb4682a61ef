"""One sum that came in, and by what it is known again. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

LONGEST_REFERENCE = 60


@dataclass(frozen=True)
class StatementLine:
    """A sum received: ``key`` is the bank's reference, else made of everything that the line tells."""

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
    """The lines with their keys.

    Where the bank gives no reference, equal lines of one statement are told apart by their order: two equal transfers
    on one day are two sums, and the same statement read again gives the same keys.
    """
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        if line.reference:
            found.append(replace(line, key=line.reference[:LONGEST_REFERENCE]))
            continue
        told = "\n".join((line.booked_on.isoformat(), str(line.amount), line.text, line.payer))
        seen[told] += 1
        digest = hashlib.sha256(f"{told}\n{seen[told]}".encode()).hexdigest()
        found.append(replace(line, key=f"#{digest}"))
    return found

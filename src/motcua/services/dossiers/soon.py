"""What is due soon (sắp đến hạn): until the end of the next working day of the office that has it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.kernel.time.queries import Book
from motcua.kernel.time.rules import due_soon_until

Condition = tuple[str, tuple[Any, ...]]


def due_soon(
    table: str, office: str, *, at: datetime, calendars: Book, among: Collection[UUID] | None = None
) -> Condition:
    """The condition on rows with ``due_at`` and a column that names their office, written out.

    The moment is computed beforehand: one for all offices that work by the common calendar, one for each other office
    for which it is another; only those ``among`` which the rows are, where that is known.
    """
    common = due_soon_until(at, calendars.calendar(None))
    apart = calendars.apart if among is None else calendars.apart.intersection(among)
    own = [(key, due_soon_until(at, calendars.calendar(key))) for key in sorted(apart)]
    arms = [value for key, until in own if until != common for value in (key, until)]
    cases = " ".join(["WHEN %s THEN %s"] * (len(arms) // 2))
    until = f"CASE {table}.{office} {cases} ELSE %s END" if arms else "%s"
    return f"{table}.due_at >= %s AND {table}.due_at < {until}", (at, *arms, common)

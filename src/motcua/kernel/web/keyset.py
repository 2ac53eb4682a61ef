"""Pages of long lists by keyset: "what comes after this row", never "skip the first 30,000".

The order is a tuple of columns that together are unique and never null, all ascending or all descending, with an index
in the same order: PostgreSQL then reads one page, however deep, by a row-value comparison.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

from django.core import signing
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, F, Field, Func, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.translation import gettext as _

from motcua.kernel.composed import Asked, keys
from motcua.kernel.errors import Refused

Row = TypeVar("Row")

SIZE = 30
LARGEST = 200
CAP = 1000

_SIGNS: dict[str, tuple[type, Any, Any]] = {
    "t": (datetime, datetime.isoformat, datetime.fromisoformat),
    "d": (date, date.isoformat, date.fromisoformat),
    "u": (UUID, str, UUID),
    "n": (Decimal, str, Decimal),
    "i": (int, int, int),
    "s": (str, str, str),
}


@dataclass(frozen=True)
class Page(Generic[Row]):
    """A page of a list. A cursor is given only where there is a page to go to."""

    items: list[Row]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True)
class Count:
    """How many rows, counted up to a cap: counting 300,000 rows would cost more than the page."""

    value: int
    exact: bool

    def __str__(self) -> str:
        return str(self.value) if self.exact else f"{self.value}+"


class _RowValue(Func):
    """``(a, b)`` as SQL."""

    template = "(%(expressions)s)"
    output_field = Field()


@dataclass(frozen=True)
class _Order:
    """The columns of an order and its direction."""

    columns: tuple[str, ...]
    descending: bool

    @classmethod
    def of(cls, order: Sequence[str]) -> "_Order":
        directions = {column.startswith("-") for column in order}
        if len(directions) != 1:
            raise ValueError(f"{order}: a keyset goes up in all columns or down in all columns.")
        return cls(tuple(column.lstrip("-") for column in order), directions.pop())

    @property
    def salt(self) -> str:
        return "keyset:" + ",".join(self.columns) + str(self.descending)

    def terms(self, *, backwards: bool) -> list[str]:
        sign = "-" if self.descending != backwards else ""
        return [sign + column for column in self.columns]

    def beyond(self, values: Sequence[object], *, backwards: bool) -> Expression:
        comparison = LessThan if self.descending != backwards else GreaterThan
        columns = _RowValue(*(F(column) for column in self.columns))
        return comparison(columns, _RowValue(*(Value(value) for value in values)))

    def cursor(self, row: object, *, backwards: bool) -> str:
        values = [_packed(attrgetter(column.replace("__", "."))(row)) for column in self.columns]
        return signing.dumps([backwards, values], salt=self.salt)

    def read(self, cursor: str) -> tuple[bool, list[object]]:
        try:
            backwards, packed = signing.loads(cursor, salt=self.salt)
        except signing.BadSignature as error:
            raise Refused(_("This link to a page of the list is not valid."), code="bad_cursor") from error
        return backwards, [_SIGNS[sign][2](text) for sign, text in packed]


def _packed(value: object) -> tuple[str, object]:
    for sign, (kind, pack, _unpack) in _SIGNS.items():
        if isinstance(value, kind):
            return sign, pack(value)
    raise TypeError(f"{value!r} cannot stand in a keyset order.")


Chosen = QuerySet[Any, Any] | Asked[Any]


@overload
def paginate(
    chosen: QuerySet[Any, Row], *, order: Sequence[str], cursor: str | None = None, size: int = SIZE
) -> Page[Row]: ...


@overload
def paginate(
    chosen: Chosen,
    *,
    order: Sequence[str],
    cursor: str | None = None,
    size: int = SIZE,
    fetch: Callable[[Any], list[Row]],
) -> Page[Row]: ...


def paginate(
    chosen: Chosen,
    *,
    order: Sequence[str],
    cursor: str | None = None,
    size: int = SIZE,
    fetch: Callable[[Any], list[Any]] = list,
) -> Page[Any]:
    """One page of a list in ``order`` (``("due_at", "id")`` or ``("-submitted_at", "-id")``), in one statement.

    ``size`` is cut to 1 … 200; ``fetch`` reads the chosen rows, as models unless said otherwise; they must have the
    columns of the order. Of an :class:`Asked` list it gets the kept statement of the keys. Raises :class:`Refused` for
    a cursor that is not ours or belongs to another order.
    """
    size = max(1, min(size, LARGEST))
    ordering = _Order.of(order)
    backwards, values = ordering.read(cursor) if cursor else (False, None)

    def rows(queryset: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        found = queryset if values is None else queryset.filter(ordering.beyond(values, backwards=backwards))
        return found.order_by(*ordering.terms(backwards=backwards))[: size + 1]

    if isinstance(chosen, Asked):
        shape = (chosen.shape, ordering, backwards, values is None, size)
        statement = keys(lambda: rows(chosen.queryset), [*chosen.values, *(values or ())], shape=shape)
        found = fetch(statement._replace(steady=chosen.steady)) if statement else []
    else:
        found = fetch(rows(chosen))
    more = len(found) > size
    items = found[:size][::-1] if backwards else found[:size]
    if backwards and not items:
        return paginate(chosen, order=order, size=size, fetch=fetch)
    return _page(ordering, items, forward=more or backwards, back=more if backwards else values is not None)


def every(chosen: QuerySet[Any, Row], *, order: Sequence[str]) -> Iterator[list[Row]]:
    """All rows of a list in ``order``, the largest page at a time: for books and sheets of any length."""
    cursor = None
    while True:
        page = paginate(chosen, order=order, cursor=cursor, size=LARGEST)
        yield page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _page(ordering: _Order, items: list[Row], *, forward: bool, back: bool) -> Page[Row]:
    return Page(
        items,
        ordering.cursor(items[-1], backwards=False) if items and forward else None,
        ordering.cursor(items[0], backwards=True) if items and back else None,
    )


def capped_counts(found: Mapping[str, QuerySet[Any, Any]], *, cap: int = CAP) -> dict[str, Count]:
    """Count the rows of several lists as :func:`capped_count` does, all in one statement."""
    counts, asked, values = dict.fromkeys(found, 0), list[str](), list[Any]()
    for name, queryset in found.items():
        try:
            rows, given = queryset.order_by().values("pk")[: cap + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        asked.append(f"SELECT %s::text, count(*) FROM ({rows}) AS counted")  # noqa: S608 - written by the ORM
        values += [name, *given]
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked), values)
            counts |= dict(cursor.fetchall())
    return {name: Count(min(number, cap), number <= cap) for name, number in counts.items()}


def capped_count(queryset: QuerySet[Any, Any], *, cap: int = CAP) -> Count:
    """Count the rows, stopping after ``cap``."""
    found = queryset.order_by().values("pk")[: cap + 1].count()
    return Count(min(found, cap), found <= cap)

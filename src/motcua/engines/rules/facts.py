"""Declared facts: what an expression may speak of, and the values it is tried with before it is published."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from math import isfinite, prod
from typing import Any, Final

from motcua.engines.rules.problems import Problem, RuleError

LARGEST_INTEGER: Final = 2**53 - 1
"""Numbers leave the engine as 64-bit floats; a larger integer would come back changed."""
LARGEST_MONEY_TRIED: Final = 10**15
LARGEST_NUMBER_TRIED: Final = 10**9
"""Boundary values at publication; their product still fits the engine's 28 decimal digits."""
LONGEST_TEXT: Final = 100_000
LONGEST_LIST: Final = 1_000
DEEPEST: Final = 16
_STRIDE: Final = 1_000_003


class Kind(Enum):
    """The kinds of value a fact may hold. Money is whole đồng; dates are ISO 8601 texts: compare ``d(born)``."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    LIST = "list"


@dataclass(frozen=True)
class FactType:
    """What is known of one fact.

    ``values`` closes a text to one of these; ``item`` types the members of a list; ``fields`` types the members of a
    list of records (a repeating group). A nullable fact is tried with null as well. A number is never below ``least``
    or above ``most``.
    """

    kind: Kind
    nullable: bool = False
    values: tuple[str, ...] = ()
    item: "FactType | None" = None
    fields: Mapping[str, "FactType"] = field(default_factory=dict)
    least: float | None = None
    most: float | None = None

    def candidates(self, literals: Iterable[str | float] = ()) -> list[Any]:
        """Boundary values of this type, widened by the literals an expression compares with."""
        found = [*([None] if self.nullable else []), *self._plain_candidates(list(literals))]
        return [value for at, value in enumerate(found) if not _among(value, found[:at])]

    def _plain_candidates(self, literals: list[str | float]) -> list[Any]:
        if self.kind is Kind.LIST:
            return self._list_candidates(literals)
        if self.kind is Kind.BOOLEAN:
            return [True, False]
        if self.kind is Kind.TEXT:
            texts = [value for value in literals if isinstance(value, str)]
            return list(self.values) or [*texts, "", "Đặng văn mẫu"]
        if self.kind is Kind.DATE:
            return ["2026-02-28", "1900-01-01", "2100-12-31", *_dates(literals)]
        if self.kind is Kind.DATETIME:
            return ["2026-02-28T16:59:59+00:00", "1900-01-01T00:00:00+00:00", "2100-12-31T17:00:00+00:00"]
        return self._numbers([value for value in literals if not isinstance(value, str)])

    def _numbers(self, literals: list[float]) -> list[Any]:
        bounds = [value for value in (self.least, self.most) if value is not None]
        tried = self._unbounded([*literals, *bounds])
        within = [
            value
            for value in tried
            if (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        ]
        return within or tried

    def _unbounded(self, literals: list[float]) -> list[Any]:
        near = [edge for value in literals for edge in (value, value - 1, value + 1)]
        if self.kind is Kind.NUMBER:
            return [*near, 0, 0.5, -1, LARGEST_NUMBER_TRIED]
        whole = [int(value) for value in near]
        if self.kind is Kind.MONEY:
            return [*(value for value in whole if value >= 0), 0, 1, LARGEST_MONEY_TRIED]
        return [*whole, 0, 1, -1, LARGEST_NUMBER_TRIED]

    def _list_candidates(self, literals: list[str | float]) -> list[Any]:
        if self.fields:
            records = list(cases(self.fields, literals, limit=12))
            return [records[:1], [], records]
        items = self.item.candidates(literals) if self.item else []
        return [items[:1], [], items]


def cases(
    facts: Mapping[str, FactType], literals: Iterable[str | float] = (), *, limit: int
) -> Iterator[dict[str, Any]]:
    """Combinations of boundary values: all of them when they are few, else ``limit`` spread evenly and repeatably.

    Dotted names are nested: ``applicant.name`` is tried as ``{"applicant": {"name": …}}``.
    """
    known = list(literals)
    columns = [fact.candidates(known) for fact in facts.values()]
    total = prod(len(column) for column in columns)
    for number in range(min(total, limit)):
        at = number if total <= limit else (number * _STRIDE) % total
        yield nested(dict(zip(facts, _pick(columns, at), strict=True)))


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """``{"a.b": 1}`` as ``{"a": {"b": 1}}``."""
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, last = name.split(".")
        place = tree
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return tree


def plain(value: Any, *, depth: int = 0) -> Any:
    """The value as the engine takes it, within bounds.

    Raises ``RuleError`` on what the engine would change or choke on: integers beyond 2^53, endless lists and texts.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _bounded(value, len(value), LONGEST_TEXT, "text")
    if isinstance(value, int):
        return _bounded(value, abs(value), LARGEST_INTEGER, "integer")
    if isinstance(value, (float, Decimal)):
        if not isfinite(value):
            raise RuleError(Problem("A fact is not a finite number."))
        return float(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if depth >= DEEPEST:
        raise RuleError(Problem(f"The facts are nested deeper than {DEEPEST} levels."))
    if isinstance(value, Mapping):
        return {str(key): plain(item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        _bounded(value, len(value), LONGEST_LIST, "list")
        return [plain(item, depth=depth + 1) for item in value]
    raise RuleError(Problem(f"A fact of type {type(value).__name__} cannot be used in a rule."))


def _bounded(value: Any, size: int, most: int, what: str) -> Any:
    if size > most:
        raise RuleError(Problem(f"A fact holds a larger {what} than {most}."))
    return value


def _pick(columns: Sequence[Sequence[Any]], at: int) -> list[Any]:
    """The combination with this number, counting the columns as digits of a mixed-radix number."""
    picked = []
    for column in columns:
        at, digit = divmod(at, len(column))
        picked.append(column[digit])
    return picked


def _among(value: Any, others: list[Any]) -> bool:
    return any(type(value) is type(other) and value == other for other in others)


def _dates(literals: Iterable[str | float]) -> Iterator[str]:
    for value in literals:
        try:
            yield date.fromisoformat(str(value)).isoformat()
        except ValueError:
            continue

"""Cleaning a whole form: what was typed, or JSON, becomes data, errors, and the texts to show again.

What is hidden by its condition is neither asked for nor kept. Names of inputs: ``applicant.name``; in the first row of
a repeating group ``vehicles-0-plate``, whose number of rows stands in ``vehicles-rows``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _

from motcua.engines.forms.conditions import Condition
from motcua.engines.forms.model import Component, Field, Form, Group, Kind, Repeat, level
from motcua.engines.forms.schema import LONGEST_CHAIN
from motcua.engines.forms.showing import shown
from motcua.engines.forms.surroundings import NOWHERE, Surroundings
from motcua.engines.forms.values import BadAnswerError, from_typed, missing, to_texts
from motcua.engines.rules.expressions import compiled, run
from motcua.engines.rules.facts import nested
from motcua.engines.rules.problems import RuleError

MOST_ROWS: Final = 2_000
"""Rows of all repeating groups of one submission together."""
MOST_UNKNOWN: Final = 50
Typed = Mapping[str, list[str]]


@dataclass(frozen=True)
class Cleaned:
    """``data`` holds what is visible and right, ``errors`` a message for each input name, ``typed`` what the inputs
    show again, ``hidden`` the components (by row and id) that their condition hides now."""

    data: dict[str, Any]
    errors: dict[str, str]
    typed: dict[str, list[str]]
    hidden: frozenset[str]

    @property
    def valid(self) -> bool:
        return not self.errors

    def silent(self) -> "Cleaned":
        """The same before anything is judged: after a row was added, or when a draft is opened again."""
        return replace(self, errors={})


def clean(
    form: Form,
    raw: Typed,
    *,
    only: Iterable[Component] | None = None,
    held: Mapping[str, Any] | None = None,
    around: Surroundings = NOWHERE,
) -> Cleaned:
    """Clean what a person typed. ``raw`` maps input names to lists of texts (``dict(request.POST.lists())``).

    With ``only`` (the components of one page) everything else is taken from ``held``, the data so far, unquestioned:
    errors concern that page.
    """
    asked = {part.id for part in (form.components if only is None else only)}
    return _Cleaning(form, around, raw=raw, held=held or {}, asked=asked).result()


def clean_json(form: Form, data: Any, *, around: Surroundings = NOWHERE) -> Cleaned:
    """Clean data of the stored shape, as an API receives it; never raises, whatever the JSON."""
    return _Cleaning(form, around, raw={}, held=data, asked=set()).result(strict=True)


def typed_of(form: Form, data: Mapping[str, Any], *, around: Surroundings = NOWHERE) -> Cleaned:
    """Stored data as its inputs show it; nothing is reported as missing (a page opened for the first time)."""
    return _Cleaning(form, around, raw={}, held=data, asked=set(), defaults=True).result().silent()


@dataclass(eq=False)
class _Row:
    """The answers of one level: the whole form, or one row of a repeating group.

    ``passed``: left blank by hand, so passed over: not judged, not kept.
    """

    parts: tuple[Component, ...]
    prefix: str
    outer: "_Row | None" = None
    values: dict[str, Any] = field(default_factory=dict)
    bad: dict[str, str] = field(default_factory=dict)
    inner: dict[str, list["_Row"]] = field(default_factory=dict)
    least: dict[str, int] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    passed: bool = False
    listed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def forget(self) -> None:
        """Drop the lists made for conditions: something in them may have been hidden since."""
        self.listed.clear()
        for rows in self.inner.values():
            for row in rows:
                row.forget()

    def blank(self) -> bool:
        """Whether nothing that is visible was answered rightly."""
        answers = [value for name, value in self.values.items() if name not in self.absent]
        empty = all(_unanswered(value) for value in answers)
        return empty and not any(self.rows(name) for name in self.inner if name not in self.absent)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The data of a repeating group, without blank rows beyond those it must have."""
        listed = enumerate(self.inner[name])
        return [row.data() for at, row in listed if at < self.least[name] or not row.blank()]

    def value(self, name: str) -> Any:
        """The visible value of a name here or further out."""
        if name in self.inner and name not in self.listed:
            self.listed[name] = self.rows(name)
        if name in self.inner:
            return self.listed[name] if name not in self.absent else None
        if name in self.values:
            return self.values[name] if name not in self.absent else None
        return self.outer.value(name) if self.outer else None

    def data(self) -> dict[str, Any]:
        flat = {name: value for name, value in self.values.items() if name not in self.absent and value is not None}
        rows = {name: made for name in self.inner if name not in self.absent and (made := self.rows(name))}
        return nested({**flat, **rows})


class _Cleaning:
    """One pass: read the answers, settle what is hidden, judge what is left."""

    def __init__(
        self, form: Form, around: Surroundings, *, raw: Typed, held: Any, asked: set[str], defaults: bool = False
    ) -> None:
        self.form, self.around, self.raw, self.asked, self.defaults = form, around, raw, asked, defaults
        self.typed: dict[str, list[str]] = {}
        self.errors: dict[str, str] = {}
        self.hidden: set[str] = set()
        self.rows_left = MOST_ROWS
        self.root = _Row(form.components, "")
        for part in form.components:
            self.read((part,), self.root, held, by_hand=part.id in asked)
        self.held = held

    def result(self, *, strict: bool = False) -> Cleaned:
        self._settle()
        parts = [part for part in self.form.components if part.id in self.asked or strict]
        self._judge(self.root, parts)
        if strict:
            for name in islice(_unknown(self.form.components, self.held, ""), MOST_UNKNOWN):
                self.errors[name] = _("There is no such field.")
        return Cleaned(self.root.data(), self.errors, self.typed, frozenset(self.hidden))

    # Reading

    def read(self, parts: Iterable[Component], row: _Row, held: Any, *, by_hand: bool) -> None:
        """Read the answers of a level, from what was typed (``by_hand``) or from data."""
        for part in level(parts):
            if isinstance(part, Field):
                self._answer(part, row, value_at(held, part.path), by_hand=by_hand)
            elif isinstance(part, Repeat):
                self._rows(part, row, value_at(held, part.path), by_hand=by_hand)

    def _answer(self, part: Field, row: _Row, held: Any, *, by_hand: bool) -> None:
        row.values[part.path] = False if part.kind is Kind.CHECKBOX else None
        if part.kind is Kind.EXPRESSION:
            return
        name = row.prefix + part.path
        try:
            texts = self._texts(part, name, held, by_hand=by_hand and not part.fixed)
            self._show(part, name, texts)
            row.values[part.path] = from_typed(part, texts, self.around)
        except BadAnswerError as error:
            row.bad[part.path] = str(error)

    def _texts(self, part: Field, name: str, held: Any, *, by_hand: bool) -> list[str]:
        if by_hand:
            texts = list(self.raw.get(name, []))
            return [*(texts or [""])[:1], *self.raw.get(f"{name}-time", [])] if part.kind is Kind.DATETIME else texts
        if part.default is not None and (part.fixed or (held is None and self.defaults)):
            return [part.default] if isinstance(part.default, str) else list(part.default)
        return to_texts(part, held, self.around)

    def _show(self, part: Field, name: str, texts: list[str]) -> None:
        if part.kind is Kind.DATETIME:
            self.typed[name], self.typed[f"{name}-time"] = texts[:1], texts[1:2]
        else:
            self.typed[name] = texts

    def _rows(self, part: Repeat, row: _Row, held: Any, *, by_hand: bool) -> None:
        name = row.prefix + part.path
        listed = held if isinstance(held, list) else []
        count = self._count(part, name) if by_hand else len(listed)
        if held is not None and not by_hand and not isinstance(held, list):
            row.bad[part.path] = _("“%(label)s” must be a list.") % {"label": part.label}
        if count > min(part.most, self.rows_left):
            row.bad[part.path] = _("“%(label)s”: at most %(n)s.") % {"label": part.label, "n": part.most}
            count = min(part.most, self.rows_left)
        self.rows_left -= count
        self.typed[f"{name}-rows"] = [str(count)]
        row.least[part.path], made = part.least, row.inner.setdefault(part.path, [])
        for at in range(count):
            inner = _Row(part.children, f"{name}-{at}-", row)
            item = listed[at] if at < len(listed) else None
            if not by_hand and not isinstance(item, Mapping):
                row.bad[part.path] = _("“%(label)s” must be a list.") % {"label": part.label}
            self.read(part.children, inner, item, by_hand=by_hand)
            inner.passed = by_hand and at >= part.least and not inner.bad and inner.blank()
            made.append(inner)

    def _count(self, part: Repeat, name: str) -> int:
        said = "".join(self.raw.get(f"{name}-rows", [])[:1])
        return min(int(said), part.most + 1) if said.isascii() and said.isdecimal() and len(said) < 6 else part.rows

    # Visibility

    def _settle(self) -> None:
        """Hide and calculate until nothing changes; the schema allows no cycle and only short chains."""
        for _round in range(LONGEST_CHAIN + 2):
            self.root.forget()
            before = set(self.hidden)
            changed = self._hide(self.root, self.form.components, hidden=False)
            if not changed and before == self.hidden:
                return

    def _hide(self, row: _Row, parts: tuple[Component, ...], *, hidden: bool) -> bool:
        changed = False
        for part in parts:
            gone = hidden or (part.hide is not None and _holds(part.hide, row))
            (self.hidden.add if gone else self.hidden.discard)(row.prefix + part.id)
            if isinstance(part, Group):
                changed |= self._hide(row, part.children, hidden=gone)
                continue
            if isinstance(part, (Field, Repeat)):
                (row.absent.add if gone else row.absent.discard)(part.path)
            if isinstance(part, Repeat):
                for inner in row.inner.get(part.path, []):
                    changed |= self._hide(inner, part.children, hidden=gone)
            elif isinstance(part, Field) and part.expression is not None:
                value = _worked_out(part.expression, row)
                changed |= value != row.values[part.path]
                row.values[part.path] = value
                self.typed[row.prefix + part.path] = list(shown(part, value, self.around))
        return changed

    # Judging

    def _judge(self, row: _Row, parts: Iterable[Component]) -> None:
        for part in level(parts):
            if not isinstance(part, (Field, Repeat)) or part.path in row.absent:
                continue
            fault = self._field_fault(row, part) if isinstance(part, Field) else self._rows_fault(row, part)
            if fault:
                self.errors[row.prefix + part.path] = fault
            if isinstance(part, Repeat):
                for inner in row.inner[part.path]:
                    if not inner.passed:
                        self._judge(inner, part.children)

    def _field_fault(self, row: _Row, part: Field) -> str:
        value = row.values[part.path]
        if part.path in row.bad:
            return row.bad[part.path]
        if part.limits.required and part.kind is not Kind.EXPRESSION and _unanswered(value):
            return missing(part)
        other = row.value(part.limits.after) if part.limits.after else None
        if value is not None and isinstance(other, str) and value < other:
            labels = {each.path: each.label for each in level(row.parts) if isinstance(each, Field)}
            said = {"label": part.label, "other": labels[part.limits.after]}
            row.values[part.path] = None
            return _("“%(label)s” may not be before “%(other)s”.") % said
        return ""

    def _rows_fault(self, row: _Row, part: Repeat) -> str:
        if part.path in row.bad:
            return row.bad[part.path]
        if sum(not inner.passed for inner in row.inner[part.path]) < part.least:
            return _("“%(label)s”: at least %(n)s.") % {"label": part.label, "n": part.least}
        return ""


def _unanswered(value: Any) -> bool:
    """Whether nothing was answered; the number 0 is an answer."""
    return value is None or value is False or value == []


def value_at(held: Any, path: str) -> Any:
    """What stands at a dotted path; None when nothing does."""
    for name in path.split("."):
        held = held.get(name) if isinstance(held, Mapping) else None
    return held


def _context(condition: Condition, row: _Row) -> dict[str, Any]:
    return nested({name: row.value(name) for name in condition.names})


def _holds(condition: Condition, row: _Row) -> bool:
    """Whether a condition hides; one that cannot be worked out hides nothing."""
    try:
        return run(compiled(condition.zen), _context(condition, row)) is True
    except RuleError:
        return False


def _worked_out(expression: Condition, row: _Row) -> Any:
    try:
        return run(compiled(expression.zen), _context(expression, row))
    except RuleError:
        return None


def _unknown(parts: tuple[Component, ...], held: Any, prefix: str) -> Iterator[str]:
    """Names in the data that no field has."""
    known = {part.path: part for part in level(parts) if isinstance(part, (Field, Repeat))}
    waiting: list[tuple[str, Any]] = [("", held)]
    if not isinstance(held, Mapping):
        yield prefix or "."
    while waiting:
        path, value = waiting.pop()
        part = known.get(path)
        if isinstance(part, Repeat) and isinstance(value, list):
            for at, item in enumerate(value[: part.most]):
                yield from _unknown(part.children, item, f"{prefix}{path}-{at}-")
        elif part is None and isinstance(value, Mapping) and (not path or _leads(path, known)):
            waiting.extend((f"{path}.{name}" if path else str(name), item) for name, item in value.items())
        elif part is None and path:
            yield prefix + path


def _leads(path: str, known: Iterable[str]) -> bool:
    return any(name.startswith(f"{path}.") for name in known)

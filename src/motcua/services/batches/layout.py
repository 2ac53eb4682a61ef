"""What a spreadsheet asks of a form: which questions once, which on every line. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from openpyxl.utils import get_column_letter

from motcua.engines.forms.model import MANY, Component, Field, Form, Group, Kind, Repeat, level
from motcua.kernel.text import fold
from motcua.services.procedures.packages.manifest import BatchSpec

FIRST_ROW = 2
_UNASKED = frozenset({Kind.EXPRESSION, Kind.FILE})
_YES, _NO = "Có", "Không"
_SAYS_YES = frozenset({"co", "x", "true", "1"})


@dataclass(frozen=True)
class Column:
    """A question and the heading that stands for it, unlike any other of its sheet."""

    field: Field
    heading: str

    @property
    def choices(self) -> tuple[str, ...]:
        """What the cell offers; empty where anything may be written."""
        if self.field.kind is Kind.CHECKBOX:
            return (_YES, _NO)
        return () if self.field.kind in MANY else tuple(option.label for option in self.field.options)


@dataclass(frozen=True)
class Layout:
    """The questions of a package's spreadsheet. ``group``: the repeating group whose rows the lines become."""

    once: tuple[Column, ...]
    each: tuple[Column, ...]
    group: Repeat | None

    @classmethod
    def of(cls, form: Form, spec: BatchSpec) -> "Layout":
        """What a checked package asks for."""
        if spec.group:
            group = next(part for part in level(form.components) if isinstance(part, Repeat) and part.id == spec.group)
            return cls(_columns(form.components), _columns(group.children), group)
        once = [part for part in level(form.components) if part.id in spec.once]
        named = {each.field.id for each in _columns(once)}
        columns = _columns(form.components)
        return cls(
            tuple(each for each in columns if each.field.id in named),
            tuple(each for each in columns if each.field.id not in named),
            None,
        )

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        """The columns of a line by their folded headings."""
        return {plain(each.heading): each for each in self.each}

    @cached_property
    def once_by_heading(self) -> dict[str, Column]:
        """The questions asked once by their folded headings."""
        return {plain(each.heading): each for each in self.once}

    def name(self, at: int, path: str) -> str:
        """The input of the form in which the answer of the line number ``at`` (from 0) stands."""
        return f"{self.group.path}-{at}-{path}" if self.group else path


def plain(heading: str) -> str:
    """A heading as it is recognised again: without accents, capitals and the mark of what is required."""
    return fold(heading.rstrip(" *"))


def _columns(parts: Iterable[Component]) -> tuple[Column, ...]:
    asked = [(field, group) for field, group in _fields(parts) if field.kind not in _UNASKED and not field.fixed]
    labels = Counter(plain(field.label) for field, _group in asked)
    made, seen = [], Counter[str]()
    for field, group in asked:
        heading = field.label if labels[plain(field.label)] == 1 else f"{field.label} ({group or field.path})"
        seen[plain(heading)] += 1
        made.append(Column(field, heading if seen[plain(heading)] == 1 else f"{heading} {seen[plain(heading)]}"))
    return tuple(made)


def _fields(parts: Iterable[Component], group: str = "") -> Iterator[tuple[Field, str]]:
    for part in parts:
        if isinstance(part, Field):
            yield part, group
        elif isinstance(part, Group):
            yield from _fields(part.children, part.label or group)


def cell(columns: Sequence[Column], path: str, row: int) -> str:
    """The address of an answer on its line: ``C7``."""
    at = next(number for number, each in enumerate(columns, 1) if each.field.path == path)
    return f"{get_column_letter(at)}{row}"


def typed(field: Field, text: str) -> list[str]:
    """What a cell says, as a person would type it into the form: labels become the values behind them."""
    if not text.strip():
        return []
    if field.kind is Kind.CHECKBOX:
        return ["true"] if fold(text) in _SAYS_YES else []
    if field.kind is Kind.DATETIME:
        return text.split(maxsplit=1)
    if field.options:
        parts = text.split(";") if field.kind in MANY else [text]
        return [_value(field, part.strip()) for part in parts if part.strip()]
    return [text]


def _value(field: Field, text: str) -> str:
    """The value behind a label, also where accents or capitals differ and no other label could be meant."""
    labels = [option for option in field.options if option.label == text]
    alike = labels or [option for option in field.options if fold(option.label) == fold(text)]
    return alike[0].value if len(alike) == 1 else text


def written(field: Field, texts: Sequence[str]) -> str:
    """The cell that :func:`typed` reads as these texts."""
    if field.kind is Kind.CHECKBOX:
        return _YES if texts else ""
    if field.kind is Kind.DATETIME:
        return " ".join(texts)
    return "; ".join(field.labels.get(text, text) for text in texts)

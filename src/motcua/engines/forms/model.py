"""A form as the program holds it: immutable, checked, independent of the drawing tool's JSON."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from motcua.engines.forms.conditions import Condition


class Kind(Enum):
    """How a field is filled in."""

    TEXT = "text"
    TEXTAREA = "textarea"
    NUMBER = "number"
    CHECKBOX = "checkbox"
    CHECKLIST = "checklist"
    RADIO = "radio"
    SELECT = "select"
    TAGLIST = "taglist"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    FILE = "file"
    EXPRESSION = "expression"


class Meaning(Enum):
    """What a field means beyond its kind: ``properties: {"motcua:type": …}`` in the schema."""

    IDENTITY_NUMBER = "identity_number"
    TAX_CODE = "tax_code"
    PHONE = "phone"
    MONEY = "money"
    ADMINISTRATIVE_UNIT = "administrative_unit"
    EMAIL = "email"
    PERSON_NAME = "person_name"


CHOICES = frozenset({Kind.RADIO, Kind.SELECT, Kind.CHECKLIST, Kind.TAGLIST})
MANY = frozenset({Kind.CHECKLIST, Kind.TAGLIST})


@dataclass(frozen=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True)
class Limits:
    """What an answer must keep to. Dates are ISO texts or ``today``; ``after`` names an earlier date field."""

    required: bool = False
    pattern: str = ""
    pattern_message: str = ""
    min_length: int = 0
    max_length: int = 1_000
    minimum: float | None = None
    maximum: float | None = None
    decimals: int | None = None
    earliest: str = ""
    latest: str = ""
    after: str = ""
    most_files: int = 10


@dataclass(frozen=True)
class Field:
    """One question. ``path`` is where its answer stands in the data, relative to the row of a repeating group.

    ``result`` is the kind of fact that a calculated field gives. ``proposes`` names facts of papers (best first) that
    may be proposed as its answer, ``proposes_from`` the question or paper in whose picture they must stand.
    """

    id: str
    path: str
    kind: Kind
    label: str
    hint: str = ""
    meaning: Meaning | None = None
    limits: Limits = field(default_factory=Limits)
    options: tuple[Option, ...] = ()
    default: str | tuple[str, ...] | None = None
    fixed: bool = False
    accept: str = ""
    expression: Condition | None = None
    result: str = "number"
    hide: Condition | None = None
    proposes: tuple[str, ...] = ()
    proposes_from: str = ""

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Option values and what a person reads for them."""
        return {option.value: option.label for option in self.options}


@dataclass(frozen=True)
class Group:
    """Questions under one heading; its paths are already part of its fields' paths."""

    id: str
    label: str
    children: "tuple[Component, ...]"
    hide: Condition | None = None


@dataclass(frozen=True)
class Repeat:
    """A group answered any number of times (``vehicles-0-plate``); ``rows`` are shown at first."""

    id: str
    path: str
    label: str
    children: "tuple[Component, ...]"
    rows: int = 1
    least: int = 0
    most: int = 50
    changeable: bool = True
    hide: Condition | None = None


@dataclass(frozen=True)
class Content:
    """Something to read: Markdown text, or a line when the text is empty."""

    id: str
    text: str
    hide: Condition | None = None


Component = Field | Group | Repeat | Content


@dataclass(frozen=True)
class Form:
    id: str
    title: str
    components: tuple[Component, ...]

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All questions in order, those of repeating groups included."""
        return tuple(part for part in walk(self.components) if isinstance(part, Field))


def walk(components: tuple[Component, ...]) -> Iterator[Component]:
    """Every component in order, parents before children."""
    waiting = list(reversed(components))
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, (Group, Repeat)):
            waiting.extend(reversed(part.children))


def level(components: Iterable[Component]) -> Iterator[Component]:
    """Components whose answers stand on the same level: into groups, not into repeating groups."""
    for part in components:
        yield part
        if isinstance(part, Group):
            yield from level(part.children)

"""A filled-in form summed up: what the applicant reviews before filing and the officer reads in the dossier."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from motcua.engines.forms.model import Component, Content, Field, Form, Group
from motcua.engines.forms.pages import open_pages
from motcua.engines.forms.showing import shown
from motcua.engines.forms.surroundings import NOWHERE, Surroundings
from motcua.engines.forms.validation import typed_of, value_at


@dataclass(frozen=True)
class Line:
    """One answer: its question, what was answered (several lines; none when left out), the input's name."""

    label: str
    answer: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Section:
    """The answers under one heading; ``page`` is the number of the page where they can be changed."""

    title: str
    page: int
    lines: tuple[Line, ...]


def summary(form: Form, data: Mapping[str, Any], *, around: Surroundings = NOWHERE) -> tuple[Section, ...]:
    """The visible questions in order, with their answers; rows of repeating groups have a section each."""
    hidden = typed_of(form, data, around=around).hidden
    return tuple(
        section
        for page in open_pages(form, hidden)
        for section in _Summing(page.number, hidden, around).sections(page.title, page.parts, data, "")
        if section.lines
    )


class _Summing:
    def __init__(self, page: int, hidden: frozenset[str], around: Surroundings) -> None:
        self.page, self.hidden, self.around = page, hidden, around

    def sections(self, title: str, parts: tuple[Component, ...], data: Any, prefix: str) -> Iterator[Section]:
        """One section for the fields here, then one for each group and row inside."""
        visible = [part for part in parts if prefix + part.id not in self.hidden]
        lines = [self._line(part, data, prefix) for part in visible if isinstance(part, Field)]
        yield Section(title, self.page, tuple(lines))
        for part in visible:
            if isinstance(part, (Field, Content)):
                continue
            if isinstance(part, Group):
                yield from self.sections(part.label or title, part.children, data, prefix)
                continue
            rows = value_at(data, part.path)
            for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
                inner = f"{prefix}{part.path}-{number - 1}-"
                yield from self.sections(f"{part.label} {number}", part.children, row, inner)

    def _line(self, part: Field, data: Any, prefix: str) -> Line:
        return Line(part.label, shown(part, value_at(data, part.path), self.around), prefix + part.path)

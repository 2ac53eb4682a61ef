"""A spreadsheet against the form, cell by cell. Whatever is wrong is told with its place; nothing is thrown away."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from motcua.engines.forms.model import Field, Form, Kind
from motcua.engines.forms.surroundings import Surroundings
from motcua.engines.forms.validation import Cleaned, clean
from motcua.services.batches.layout import Column, Layout, typed
from motcua.services.batches.workbook import Row, Sent, is_error

Texts = dict[str, list[str]]
Around = Callable[[Form, Texts], Surroundings]


@dataclass
class Checked:
    """What is wrong, by path of the field: in what is answered once, and on each line by its number.

    ``problems`` concern neither; ``ignored`` are answers that their line's other answers make needless; ``repeated``
    are lines that say the same as another, which may be meant: (line, the one before).
    """

    once: dict[str, str] = field(default_factory=dict)
    lines: dict[int, dict[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    ignored: list[tuple[int, str]] = field(default_factory=list)
    repeated: list[tuple[int, int]] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether all may be filed as it stands."""
        return not (self.once or self.lines or self.problems)


def check(form: Form, layout: Layout, sent: Sent, around: Around) -> Checked:
    """Judge all lines; ``around`` gives the surroundings of many answers at once."""
    found = Checked(lines={row.number: errors for row in sent.rows if (errors := _formulas(layout.each, row.cells))})
    found.once.update(_formulas(layout.once, sent.once))
    if layout.group:
        _check_rows(form, layout, sent, around, found)
    else:
        _check_each(form, layout, sent, around, found)
    found.repeated.extend(_repeated(sent.rows))
    return found


def answers(layout: Layout, once: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> Texts:
    """What the inputs of the form hold for the lines of one dossier."""
    texts: Texts = {}
    for column in layout.once:
        _put(texts, column.field, column.field.path, once.get(column.field.path, ""))
    for at, cells in enumerate(rows):
        for column in layout.each:
            _put(texts, column.field, layout.name(at, column.field.path), cells.get(column.field.path, ""))
    if layout.group:
        texts[f"{layout.group.path}-rows"] = [str(len(rows))]
    return texts


def _put(texts: Texts, asked: Field, name: str, cell: str) -> None:
    given = typed(asked, cell)
    if asked.kind is Kind.DATETIME:
        texts[name], texts[f"{name}-time"] = given[:1], given[1:2]
    else:
        texts[name] = given


def _check_rows(form: Form, layout: Layout, sent: Sent, around: Around, found: Checked) -> None:
    texts = answers(layout, sent.once, [row.cells for row in sent.rows])
    cleaned = clean(form, texts, around=around(form, texts))
    places: dict[str, tuple[int | None, str]] = {each.field.path: (None, each.field.path) for each in layout.once}
    for at, row in enumerate(sent.rows):
        places |= {layout.name(at, each.field.path): (row.number, each.field.path) for each in layout.each}
    _sort(cleaned, places, found)
    if layout.group and layout.group.id in cleaned.hidden:
        found.problems.append(
            _("With these answers the form does not ask for “%(group)s”.") % {"group": layout.group.label}
        )
    for at, row in enumerate(sent.rows):
        _ignore(layout, cleaned, row, at, found)


def _check_each(form: Form, layout: Layout, sent: Sent, around: Around, found: Checked) -> None:
    lines = [(row, answers(layout, sent.once, [row.cells])) for row in sent.rows]
    together: Texts = {}
    for _row, texts in lines:
        for name, given in texts.items():
            together.setdefault(name, []).extend(given)
    near = around(form, together)
    for row, texts in lines:
        cleaned = clean(form, texts, around=near)
        places: dict[str, tuple[int | None, str]] = {each.field.path: (None, each.field.path) for each in layout.once}
        places |= {each.field.path: (row.number, each.field.path) for each in layout.each}
        _sort(cleaned, places, found)
        _ignore(layout, cleaned, row, 0, found)


def _sort(cleaned: Cleaned, places: Mapping[str, tuple[int | None, str]], found: Checked) -> None:
    """Each message to its cell; what belongs to none is a problem of the whole."""
    for name, text in cleaned.errors.items():
        if name not in places:
            if text not in found.problems:
                found.problems.append(text)
            continue
        line, path = places[name]
        (found.once if line is None else found.lines.setdefault(line, {})).setdefault(path, text)


def _ignore(layout: Layout, cleaned: Cleaned, row: Row, at: int, found: Checked) -> None:
    prefix = layout.name(at, "") if layout.group else ""
    for column in layout.each:
        if row.cells.get(column.field.path) and prefix + column.field.id in cleaned.hidden:
            found.ignored.append((row.number, column.field.path))


def _formulas(columns: Sequence[Column], cells: Mapping[str, str]) -> dict[str, str]:
    return {
        each.field.path: _("The formula in this cell gives an error.")
        for each in columns
        if is_error(cells.get(each.field.path, ""))
    }


def _repeated(rows: Sequence[Row]) -> Iterator[tuple[int, int]]:
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    for row in rows:
        said: Any = tuple(sorted(row.cells.items()))
        if said in seen:
            yield row.number, seen[said]
        seen.setdefault(said, row.number)

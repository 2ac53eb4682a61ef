"""What forms ask of the house: administrative units by code or full name, and the files that may be attached."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db.models import Q
from django.utils import timezone

from motcua.engines.forms.model import Component, Field, Form, Group, Kind, Meaning, Repeat
from motcua.engines.forms.surroundings import Surroundings, Unit
from motcua.engines.forms.validation import typed_of
from motcua.kernel.text import fold
from motcua.people.organisations.models import AdministrativeUnit

_ROW = re.compile(r"-[0-9]{1,5}-")
MOST_UNITS = 500
SUGGESTED = 10
Typed = Mapping[str, list[str]]


def surroundings(form: Form, typed: Typed, files: Mapping[str, str] | None = None) -> Surroundings:
    """The surroundings for these answers; one statement for all units named in them, none when there are none.

    ``files`` are the names of the files that this person may attach, by id.
    """
    held = files or {}
    texts = {text for name in unit_names(form, typed) for text in typed[name] if text.strip()}
    units = _units(texts, timezone.localdate()) if texts else {}
    return Surroundings(unit=lambda text: units.get(fold(text)), file=held.get, today=timezone.localdate())


def of_data(form: Form, data: Mapping[str, object], files: Mapping[str, str] | None = None) -> Surroundings:
    """The surroundings for stored answers, in which units stand under their codes."""
    held, texts = files or {}, set(_texts(data)) if any(_fields(form, Meaning.ADMINISTRATIVE_UNIT)) else set()
    codes = {text for text in texts if text.isdecimal() and len(text) <= 10}
    units = _units(codes, timezone.localdate()) if codes else {}
    return Surroundings(unit=lambda text: units.get(fold(text)), file=held.get, today=timezone.localdate())


def file_names(form: Form, typed: Typed) -> list[str]:
    """The inputs among ``typed`` that hold files."""
    return _named(typed, {name for name, field in _walk(form.components) if field.kind is Kind.FILE})


def unit_names(form: Form, typed: Typed) -> list[str]:
    """The inputs among ``typed`` that name an administrative unit."""
    return _named(typed, set(_fields(form, Meaning.ADMINISTRATIVE_UNIT)))


def label_of(form: Form, name: str) -> str:
    """The question behind the name of an input; empty when the form has no such input."""
    wanted = _ROW.sub("-*-", name)
    return next((field.label for known, field in _walk(form.components) if known == wanted), "")


def files_in(form: Form, data: Mapping[str, object]) -> set[str]:
    """The ids of the files that file fields of stored answers name; what was typed elsewhere does not count."""
    typed = typed_of(form, data).typed
    return {text for name in file_names(form, typed) for text in typed[name]}


def units_like(text: str) -> list[Unit]:
    """Suggestions while a commune or province is being typed, at most ten."""
    words = fold(text).split()
    if not words:
        return []
    asked = Q(*(Q(name_fold__contains=word) | Q(parent__name_fold__contains=word) for word in words))
    rows = AdministrativeUnit.objects.on(timezone.localdate()).filter(asked).select_related("parent")
    return [_unit(row) for row in rows.order_by("level", "name_fold", "id")[:SUGGESTED]]


def _named(typed: Typed, patterns: set[str]) -> list[str]:
    return [name for name in typed if _ROW.sub("-*-", name) in patterns] if patterns else []


def _fields(form: Form, meaning: Meaning) -> Iterator[str]:
    return (name for name, field in _walk(form.components) if field.meaning is meaning)


def _walk(parts: Iterable[Component], prefix: str = "") -> Iterator[tuple[str, Field]]:
    """Every field with the name of its input, rows written as ``-*-``."""
    for part in parts:
        if isinstance(part, Field):
            yield prefix + part.path, part
        elif isinstance(part, Group):
            yield from _walk(part.children, prefix)
        elif isinstance(part, Repeat):
            yield from _walk(part.children, f"{prefix}{part.path}-*-")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _units(texts: set[str], day: date) -> dict[str, Unit]:
    """The units of a day under their folded code, name (where only one has it) and full name; one statement."""
    asked = Q(code__in=texts) | Q(name_fold__in={fold(text.split(",")[0]) for text in texts})
    rows = AdministrativeUnit.objects.on(day).filter(asked).select_related("parent").order_by("id")[:MOST_UNITS]
    found: dict[str, Unit] = {}
    names: dict[str, list[Unit]] = {}
    for row in rows:
        unit = _unit(row)
        names.setdefault(row.name_fold, []).append(unit)
        found.setdefault(fold(row.code), unit)
        found[fold(unit.name)] = unit
    return {name: units[0] for name, units in names.items() if len(units) == 1} | found


def _unit(row: AdministrativeUnit) -> Unit:
    return Unit(row.code, f"{row.name}, {row.parent.name}" if row.parent else row.name)

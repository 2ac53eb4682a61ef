"""The list of offices as CSV: read and checked line by line before anything is stored. Pure."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TextIO

from django.utils.translation import gettext as _

from motcua.kernel.errors import Invalid
from motcua.people.organisations.imports import LEVELS
from motcua.people.organisations.rules import scheme_of, tax_code

COLUMNS = (
    "code",
    "old_code",
    "name",
    "short_name",
    "kind",
    "level",
    "parent_code",
    "unit_code",
    "receives",
    "valid_from",
)
# Columns that a list may lack.
OPTIONAL = ("tax_code",)
_YES = {"1", "x", "true", "yes", "có"}


@dataclass(frozen=True)
class OfficeRow:
    """A line of the list. Codes refer to other offices and to the statistics code of the unit."""

    code: str
    old_code: str
    name: str
    short_name: str
    kind: str
    level: str
    parent_code: str
    unit_code: str
    receives: bool
    valid_from: date
    tax_code: str = ""


def read_offices(file: TextIO, *, known_codes: Collection[str]) -> list[OfficeRow]:
    """Read the list; an office stands after the one above it. Raises ``Invalid`` with every error by line number."""
    reader = csv.DictReader(file)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid(
            _("The file cannot be read."),
            errors={name: _("The file lacks the column %(name)s.") % {"name": name} for name in missing},
        )
    codes = set(known_codes)
    rows: list[OfficeRow] = []
    errors: dict[str, str] = {}
    for number, raw in enumerate(reader, start=2):
        line = {name: (raw.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL)}
        problem = _problem(line, codes)
        if problem:
            errors[str(number)] = _("Line %(n)d: %(problem)s") % {"n": number, "problem": problem}
        else:
            rows.append(_row(line))
        codes.add(line["code"])
    if errors:
        raise Invalid(_("The list of offices has errors."), errors=errors)
    return rows


def _problem(line: Mapping[str, str], codes: Collection[str]) -> str:
    """What is wrong with a line; empty when it is right."""
    checks = [
        (scheme_of(line["code"]) == "new", _("the code is missing or wrong.")),
        (line["code"] not in codes, _("another office uses this code.")),
        (not line["old_code"] or scheme_of(line["old_code"]) == "old", _("the old code is wrong.")),
        (bool(line["name"]), _("the name is missing.")),
        (bool(line["kind"]), _("the kind is missing.")),
        (line["level"] in LEVELS, _("the level must be province, district or commune.")),
        (not line["parent_code"] or line["parent_code"] in codes, _("the office above it is not known.")),
        (not line["tax_code"] or tax_code(line["tax_code"]) is not None, _("the tax code is wrong.")),
        (_day(line["valid_from"]) is not None, _("the first day must be written as 2025-07-01.")),
    ]
    return next((text for right, text in checks if not right), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _row(line: Mapping[str, str]) -> OfficeRow:
    return OfficeRow(
        code=line["code"],
        old_code=line["old_code"],
        name=line["name"],
        short_name=line["short_name"],
        kind=line["kind"],
        level=line["level"],
        parent_code=line["parent_code"],
        unit_code=line["unit_code"],
        receives=line["receives"].lower() in _YES,
        valid_from=date.fromisoformat(line["valid_from"]),
        tax_code=line["tax_code"],
    )

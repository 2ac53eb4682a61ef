"""The notation of results that are documents of the agency: what packages say of it, and what is wrong with that."""

import re
from collections.abc import Iterator
from datetime import date

from motcua.people.organisations.models import Office
from motcua.services.correspondence.outgoing_queries import proposed_mark
from motcua.services.correspondence.types import DOCUMENT_TYPES
from motcua.services.procedures.packages.manifest import ResultSpec
from motcua.services.procedures.packages.registers import Entry

_PLACE, _OWN = re.compile(r"fillable\(\s*\"So\""), re.compile(r"number-later\b")


def problems_of(entry: Entry) -> Iterator[tuple[str, str]]:
    """What is wrong with how a package has a result entered; the types are those that ship with the program."""
    kind = DOCUMENT_TYPES.first.find(entry.type)
    if kind is None:
        known = ", ".join(each.code for each in DOCUMENT_TYPES.first.types)
        yield f"There is no type of documents {entry.type!r}.", f"Write one of: {known}."
    elif entry.mark and kind.abbreviation and entry.mark.split("-")[0] != kind.abbreviation:
        hint = f"Begin it with {kind.abbreviation} (Decree 30/2020/NĐ-CP, appendix III)."
        yield f"The mark {entry.mark!r} does not fit the type {entry.type!r}.", hint
    if "/" in entry.mark:
        yield f"The mark {entry.mark!r} holds a /.", "Write what follows the / only, such as QĐ-UBND."
    if _OWN.search(entry.template):
        hint = 'Write `number: fillable("So", 8em)`: the register fills in number and mark.'
        yield "The template prints a notation of its own (number-later).", hint
    elif not _PLACE.search(entry.template):
        yield "The template has no place for the number.", 'Write `number: fillable("So", 8em)` in its masthead.'


def mark_of(spec: ResultSpec, office: Office, day: date) -> str:
    """What follows the number of a result in the register."""
    return spec.mark or proposed_mark(office, office, spec.type, day)

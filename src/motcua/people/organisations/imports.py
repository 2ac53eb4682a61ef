"""Lists of administrative units from CSV: read, reconciled with the list before, and what does not fit named.

Pure: nothing here touches the database. ``actions.import_units`` stores what is read here.
"""

import csv
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

from django.utils.translation import gettext as _

from motcua.kernel.errors import Invalid

LEVELS = ("province", "district", "commune")


@dataclass(frozen=True)
class UnitRow:
    """A line of a list of units; ``name`` with its kind, as people say it: ``Phường Ba Đình``."""

    code: str
    level: str
    kind: str
    name: str
    parent: str


@dataclass(frozen=True)
class MappingRow:
    """A line of the mapping: (a part of) the old unit went into the new one."""

    level: str
    old_code: str
    new_code: str
    new_name: str


@dataclass(frozen=True)
class Link:
    """A resolved line: which old unit, which new one, wholly or in part."""

    old_level: str
    old_code: str
    level: str
    new_code: str
    whole: bool


@dataclass(frozen=True)
class Report:
    """What a mapping between two lists gives and lacks. Units are named by (level, code)."""

    links: tuple[Link, ...]
    corrected: Mapping[str, str]  # wrong new code in the mapping → the code found by name
    renamed: Mapping[str, str]  # new code → its name in the mapping, where the list has another
    unknown_targets: tuple[MappingRow, ...]  # new unit not found by code nor by name
    unknown_sources: tuple[MappingRow, ...]  # old unit not in the old list
    unmapped: tuple[UnitRow, ...]  # old units of which the mapping says nothing
    split: tuple[UnitRow, ...]  # old units with several successors: a person chooses
    unfounded: tuple[UnitRow, ...]  # new units into which nothing went

    def unmapped_at(self, level: str) -> list[UnitRow]:
        """The old units of a level without successor."""
        return [unit for unit in self.unmapped if unit.level == level]


def read_units(file: TextIO) -> list[UnitRow]:
    """Read ``code, level, kind, name, parent``. Raises ``Invalid`` naming each line at fault."""
    rows: list[UnitRow] = []
    errors: dict[str, str] = {}
    for number, line in enumerate(_lines(file, "code", "level", "kind", "name", "parent"), start=2):
        if line["level"] not in LEVELS or not line["code"] or not line["name"]:
            errors[str(number)] = _("Line %(n)d: code, name or level is missing or wrong.") % {"n": number}
            continue
        rows.append(UnitRow(line["code"], line["level"], line["kind"], _full_name(line), line["parent"]))
    known = {row.code for row in rows if row.level != "commune"}
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.level, row.code) in seen:
            errors[row.code] = _("%(name)s: the code %(code)s stands twice.") % {"name": row.name, "code": row.code}
        seen.add((row.level, row.code))
        if row.parent and row.parent not in known:
            errors[row.code] = _("%(name)s: there is no unit %(code)s above it.") % {
                "name": row.name,
                "code": row.parent,
            }
    if errors:
        raise Invalid(_("The list of units has errors."), errors=errors)
    return rows


def read_mapping(file: TextIO) -> list[MappingRow]:
    """Read ``level, old_code, new_code, new_name``. Raises ``Invalid`` when a column is missing."""
    lines = _lines(file, "level", "old_code", "new_code", "new_name")
    return [MappingRow(line["level"], line["old_code"], line["new_code"], line["new_name"]) for line in lines]


def _lines(file: TextIO, *columns: str) -> Iterable[dict[str, str]]:
    reader = csv.DictReader(file)
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        text = _("The file lacks the column %(name)s.")
        raise Invalid(_("The file cannot be read."), errors={name: text % {"name": name} for name in missing})
    return ({name: (value or "").strip() for name, value in line.items() if name} for line in reader)


def _full_name(line: Mapping[str, str]) -> str:
    """The two lists differ: one writes ``Phường Ba Đình``, the other kind and name apart."""
    kind, name = line["kind"], line["name"]
    kinds = {_plain(kind), _plain(kind.removesuffix(" Trung ương"))}
    stands_already = any(_plain(name).startswith(f"{word} ") for word in kinds)
    return name if not kind or stands_already else f"{kind} {name}"


def reconcile(old: Sequence[UnitRow], new: Sequence[UnitRow], mapping: Sequence[MappingRow]) -> Report:
    """Hold a mapping against both lists: resolve wrong codes by name, and name every gap."""
    resolver = _Resolver(old, new)
    targets: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    corrected: dict[str, str] = {}
    unknown_targets, unknown_sources = [], []
    for row in mapping:
        source, code = resolver.source(row), resolver.target(row)
        if source is None:
            unknown_sources.append(row)
        elif code is None:
            unknown_targets.append(row)
        else:
            if code != row.new_code:
                corrected[row.new_code] = code
            if (row.level, code) not in targets[source]:
                targets[source].append((row.level, code))
    reached = {target for found in targets.values() for target in found}
    return Report(
        links=tuple(Link(*source, *target, len(found) == 1) for source, found in targets.items() for target in found),
        corrected=corrected,
        renamed=resolver.renamed(mapping),
        unknown_targets=tuple(unknown_targets),
        unknown_sources=tuple(unknown_sources),
        unmapped=tuple(unit for key, unit in resolver.old.items() if key not in targets),
        split=tuple(unit for key, unit in resolver.old.items() if len(targets.get(key, ())) > 1),
        unfounded=tuple(unit for key, unit in resolver.new.items() if key not in reached),
    )


class _Resolver:
    """Finds the new unit that a line of the mapping means."""

    def __init__(self, old: Sequence[UnitRow], new: Sequence[UnitRow]) -> None:
        self.old = {(unit.level, unit.code): unit for unit in old}
        self.new = {(unit.level, unit.code): unit for unit in new}
        self._by_name: dict[tuple[str, str], list[UnitRow]] = defaultdict(list)
        for unit in new:
            self._by_name[unit.level, _plain(unit.name)].append(unit)

    def source(self, row: MappingRow) -> tuple[str, str] | None:
        """The old unit of the line. A district without communes (an island) is written as if it were a commune."""
        return next((key for level in (row.level, "district") if (key := (level, row.old_code)) in self.old), None)

    def target(self, row: MappingRow) -> str | None:
        """The code as written when the list has it, else the code of the one unit that bears the name."""
        if (row.level, row.new_code) in self.new:
            return row.new_code
        named = self._by_name[row.level, _plain(row.new_name)]
        return named[0].code if len(named) == 1 else None

    def renamed(self, mapping: Sequence[MappingRow]) -> dict[str, str]:
        """New units that the mapping calls otherwise than the list: code → the mapping's name."""
        return {
            row.new_code: row.new_name
            for row in mapping
            if (unit := self.new.get((row.level, row.new_code)))
            and _plain(row.new_name) not in {_plain(unit.name), _plain(unit.name.removeprefix(f"{unit.kind} "))}
        }


def _plain(name: str) -> str:
    """A name for comparing: accents count (Đông Phú, Đồng Phú), but not where they stand in a syllable (hoà, hòa)."""
    decomposed = unicodedata.normalize("NFD", name.replace("’", "'").casefold())
    return " ".join("".join(sorted(syllable)) for syllable in decomposed.split())

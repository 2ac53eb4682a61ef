"""Importing records of the national catalogue."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction

from motcua.kernel.events.actions import record_many
from motcua.kernel.events.rules import NewEvent
from motcua.services.procedures.catalogue import Record, UnreadableError, read_record, report_entry
from motcua.services.procedures.choices import Source
from motcua.services.procedures.life_events import LifeEvents, offered
from motcua.services.procedures.models import Procedure, ProcedureVersion
from motcua.services.procedures.rules import becomes_current
from motcua.services.procedures.storing import Rows, catalogue_version, write_entries

BATCH = 100


@dataclass
class Report:
    """What an import did, or in a dry run would do. ``unreadable`` holds line number and reason."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    unreadable: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """A procedure that is here already: its last number, its last catalogue digest, the source it runs on."""

    procedure: Procedure
    number: int
    digest: str | None
    current_source: str | None


def import_catalogue(
    lines: Iterable[str],
    *,
    dry_run: bool,
    at: datetime,
    by: UUID | None = None,
    progress: Callable[[int], None] = lambda done: None,
    tell: Callable[[dict[str, Any]], None] = lambda entry: None,
) -> Report:
    """Read JSON lines of the national catalogue; one transaction a batch, so memory and locks stay bounded.

    A record that is here already in the same words changes nothing; a changed one makes a new version. ``tell`` is
    given the report's entry of each record, ``progress`` the number of lines done since it was last called.
    """
    report = Report()
    seen: set[str] = set()
    for batch in _batches(enumerate(lines, 1)):
        records = list(_read(batch, report, seen))
        for record in records:
            tell(report_entry(record))
        _import_batch(records, report, dry_run=dry_run, at=at, by=by)
        progress(len(batch))
    return report


def _batches(lines: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    source = iter(lines)
    while batch := list(islice(source, BATCH)):
        yield batch


def _read(batch: list[tuple[int, str]], report: Report, seen: set[str]) -> Iterator[Record]:
    for number, line in batch:
        if not line.strip():
            continue
        try:
            record = read_record(line)
        except UnreadableError as error:
            report.unreadable.append((number, str(error)))
            continue
        if record.code in seen:
            report.unreadable.append((number, f"{record.code} is in this file twice"))
            continue
        seen.add(record.code)
        yield record


@transaction.atomic
def _import_batch(records: list[Record], report: Report, *, dry_run: bool, at: datetime, by: UUID | None) -> None:
    known = _known([record.code for record in records])
    changed = [record for record in records if record.code not in known or known[record.code].digest != record.digest]
    new = [record for record in changed if record.code not in known]
    report.created += len(new)
    report.changed += len(changed) - len(new)
    report.unchanged += len(records) - len(changed)
    if not dry_run and changed:
        _write(changed, known | _create(new, offered()), at=at, by=by)


def _known(codes: list[str]) -> dict[str, _Known]:
    procedures = Procedure.objects.filter(code__in=codes).select_related("current_version").order_by("code")
    found = {procedure.pk: procedure for procedure in procedures.select_for_update(of=("self",))}
    last: dict[UUID, tuple[int, str | None]] = {}
    versions = ProcedureVersion.objects.filter(procedure__in=found).order_by("procedure", "number")
    for owner, number, source, digest in versions.values_list("procedure_id", "number", "source", "digest"):
        before = last.get(owner, (0, None))[1]
        last[owner] = (number, digest if source == Source.CATALOGUE else before)
    return {
        procedure.code: _Known(procedure, *last.get(pk, (0, None)), _source(procedure))
        for pk, procedure in found.items()
    }


def _source(procedure: Procedure) -> str | None:
    return procedure.current_version.source if procedure.current_version else None


def _create(records: list[Record], offered: LifeEvents) -> dict[str, _Known]:
    procedures = [
        Procedure(code=record.code, life_events=offered.claimed(field=record.field, name=record.name))
        for record in records
    ]
    Procedure.objects.bulk_create(procedures)
    return {procedure.code: _Known(procedure, 0, None, None) for procedure in procedures}


def _write(records: list[Record], known: dict[str, _Known], *, at: datetime, by: UUID | None) -> None:
    rows = Rows()
    current: list[ProcedureVersion] = []
    events: list[NewEvent] = []
    for record in records:
        here = known[record.code]
        version = catalogue_version(rows, record, here.procedure, here.number + 1, at)
        events.append(version_event("procedure.catalogue_imported", version, at=at, by=by))
        if becomes_current(current=here.current_source, new=version.source):
            here.procedure.current_version = version
            current.append(version)
    rows.save()
    Procedure.objects.bulk_update([version.procedure for version in current], ["current_version"])
    write_entries(current)
    record_many(events)


def version_event(kind: str, version: ProcedureVersion, *, at: datetime, by: UUID | None) -> NewEvent:
    """The fact that something happened to a version of a procedure."""
    return NewEvent(
        stream=f"procedure:{version.procedure.code}",
        kind=kind,
        at=at,
        actor=by,
        references={"version": version.number, "digest": version.digest, "source": str(version.source)},
    )

"""Building the rows of a version, so that many procedures go in with few statements."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Model, Value
from django.utils import translation

from motcua.kernel.text import fold
from motcua.services.procedures.catalogue.channels import ChannelTerms
from motcua.services.procedures.catalogue.papers import CasePapers
from motcua.services.procedures.catalogue.records import Record, results_as_json
from motcua.services.procedures.choices import LifeEvent, Source
from motcua.services.procedures.models import (
    Case,
    CasePaper,
    CaseTerms,
    FeeItem,
    PackageFile,
    Procedure,
    ProcedureVersion,
    SearchEntry,
)
from motcua.services.procedures.rules import search_text

_ORDER: tuple[type[Model], ...] = (ProcedureVersion, PackageFile, Case, CasePaper, CaseTerms, FeeItem)


@dataclass
class Rows:
    """Unsaved rows by table; ``save`` writes each table in one go, parents first."""

    by_table: dict[type[Model], list[Any]] = field(default_factory=dict)

    def add(self, row: Model) -> None:
        """Keep a row for later."""
        self.by_table.setdefault(type(row), []).append(row)

    def save(self) -> None:
        """Write everything that was kept."""
        for table in _ORDER:
            rows = self.by_table.get(table, [])
            table._default_manager.bulk_create(rows, batch_size=1000)


def catalogue_version(rows: Rows, record: Record, procedure: Procedure, number: int, at: datetime) -> ProcedureVersion:
    """Keep the rows of a catalogue record's version."""
    version = ProcedureVersion(
        procedure=procedure,
        number=number,
        source=Source.CATALOGUE,
        digest=record.digest,
        name=record.name,
        field=record.field,
        decision=record.decision,
        levels=list(record.levels),
        subjects=list(record.subjects),
        agencies=list(record.agencies),
        legal_basis=list(record.legal_basis),
        results=results_as_json(record.results),
        source_record=record.source,
        not_understood=list(record.not_understood),
        created_at=at,
        published_at=at,
    )
    rows.add(version)
    for position, case in enumerate(record.cases, 1):
        _case(rows, version, position, case)
    for position, terms in enumerate(record.channels, 1):
        _terms(rows, version, position, terms)
    return version


def _case(rows: Rows, version: ProcedureVersion, position: int, found: CasePapers) -> None:
    case = Case(version=version, position=position, code=str(position), name=found.name)
    rows.add(case)
    for at, paper in enumerate(found.papers, 1):
        rows.add(
            CasePaper(
                case=case,
                position=at,
                code=str(at),
                name=paper.name,
                originals=paper.originals,
                copies=paper.copies,
                form=paper.form,
            )
        )


def _terms(rows: Rows, version: ProcedureVersion, position: int, found: ChannelTerms) -> None:
    terms = CaseTerms(
        version=version,
        position=position,
        channel=found.channel,
        limit_status=found.limit.status,
        limit_value=found.limit.value,
        limit_unit=found.limit.unit or "",
        limit_text=found.limit.text,
        fee_status=found.fee.status,
        fee_text=found.fee.text,
        description=found.description,
    )
    rows.add(terms)
    for at, item in enumerate(found.fee.items, 1):
        rows.add(
            FeeItem(
                terms=terms,
                position=at,
                code=str(at),
                name=item.name,
                kind=item.kind,
                amount=item.amount,
                currency=item.currency,
                unit=item.unit,
            )
        )


def write_entries(versions: Iterable[ProcedureVersion]) -> None:
    """Let procedures be found by these versions, now their current ones; one statement."""
    entries = [_entry(version) for version in versions]
    changing = [each.name for each in SearchEntry._meta.concrete_fields if each.name != "procedure"]
    SearchEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["procedure"], update_fields=changing, batch_size=500
    )


def _entry(version: ProcedureVersion) -> SearchEntry:
    procedure = version.procedure
    name_words = search_text(version.name, procedure.code)
    events = " ".join(_labels(procedure.life_events))
    others = search_text(version.field, *version.subjects, *version.agencies, events)
    return SearchEntry(
        procedure=procedure,
        code=procedure.code,
        name=version.name,
        sort_name=fold(version.name)[:300],
        field=version.field,
        levels=version.levels,
        subjects=version.subjects,
        agencies=version.agencies,
        name_words=_vector(name_words),
        words=_vector(f"{name_words} {others}"),
    )


def _labels(events: list[str]) -> list[str]:
    with translation.override("vi"):
        return [str(LifeEvent(event).label) for event in events]


def _vector(folded: str) -> Func:
    return Func(Value(folded), template="to_tsvector('simple', %(expressions)s)", output_field=SearchVectorField())

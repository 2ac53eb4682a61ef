"""Building the rows of a version, so that many procedures go in with few statements."""

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, Model, Value
from django.utils import translation

from motcua.kernel.text import fold
from motcua.services.procedures.catalogue.channels import ChannelTerms
from motcua.services.procedures.catalogue.papers import CasePapers
from motcua.services.procedures.catalogue.records import Record, results_as_json
from motcua.services.procedures.choices import FeeStatus, LifeEvent, LimitStatus, Source
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
from motcua.services.procedures.packages import CheckedPackage
from motcua.services.procedures.packages.manifest import LEVELS, CaseSpec, Limit, Manifest, ResultSpec
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


def package_version(
    rows: Rows, package: CheckedPackage, procedure: Procedure, number: int, at: datetime, *, form: dict[str, Any]
) -> ProcedureVersion:
    """Keep the rows of a package's version; it is published later."""
    manifest = package.manifest
    version = ProcedureVersion(
        procedure=procedure,
        number=number,
        source=Source.PACKAGE,
        digest=package.digest,
        name=manifest.name,
        field=manifest.field,
        decision=manifest.decision,
        levels=[LEVELS[level] for level in manifest.levels],
        subjects=list(manifest.subjects),
        agencies=list(manifest.agencies.names),
        legal_basis=list(manifest.legal_basis),
        results=[_result(result) for result in manifest.results],
        settings=_settings(manifest),
        form=form,
        process=package.graph.to_json(),
        created_at=at,
    )
    rows.add(version)
    for path, content in sorted(package.files.items()):
        digest = hashlib.sha256(content).hexdigest()
        rows.add(PackageFile(version=version, path=path, content=content, digest=digest))
    terms_before = 0
    for position, spec in enumerate(manifest.cases, 1):
        _package_case(rows, version, position, spec, terms_before)
        terms_before += len(spec.terms)
    return version


def _result(result: ResultSpec) -> dict[str, Any]:
    kept = asdict(result)
    del kept["line"], kept["sample"]
    return kept


def _settings(manifest: Manifest) -> dict[str, Any]:
    policy = manifest.policy
    return {
        "receiving": manifest.agencies.receiving,
        "resolving": manifest.agencies.resolving,
        "cut_off": policy.cut_off,
        "supplement": {
            "times": policy.supplement.times,
            "restart": policy.supplement.restart,
            "auto_close": _limit(policy.supplement.auto_close),
        },
        "extension": {"times": policy.extension.times, "before": _limit(policy.extension.before)},
        "fee_decision": manifest.fee_decision,
    }


def _limit(limit: Limit | None) -> dict[str, str] | None:
    return {"value": str(limit.value), "unit": limit.unit.value} if limit else None


def _package_case(rows: Rows, version: ProcedureVersion, position: int, spec: CaseSpec, terms_before: int) -> None:
    case = Case(version=version, position=position, code=spec.id, name=spec.name)
    rows.add(case)
    for at, paper in enumerate(spec.papers, 1):
        rows.add(
            CasePaper(
                case=case,
                position=at,
                code=paper.id,
                name=paper.name,
                originals=paper.originals,
                copies=paper.copies,
                form=paper.form,
                required=paper.required,
                takes=list(paper.takes),
            )
        )
    for at, found in enumerate(spec.terms, terms_before + 1):
        terms = CaseTerms(
            version=version,
            case=case,
            position=at,
            channel=found.channel,
            limit_status=LimitStatus.PARSED,
            limit_value=found.limit.value,
            limit_unit=found.limit.unit,
            limit_text=found.limit.text,
            fee_status=FeeStatus.PARSED if found.fees else FeeStatus.FREE,
            description=found.description,
        )
        rows.add(terms)
        for order, fee in enumerate(found.fees, 1):
            rows.add(
                FeeItem(
                    terms=terms,
                    position=order,
                    code=fee.id,
                    name=fee.name,
                    kind=fee.kind,
                    amount=fee.amount,
                    unit=fee.per,
                    quantity=fee.quantity,
                    after_return=fee.after_return,
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

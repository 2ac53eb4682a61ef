"""A dossier comes in, over any channel. Acceptance is a step of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.registers.actions import next_number
from motcua.engines.rules.problems import RuleError
from motcua.kernel.blobs.actions import keep
from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.identifiers.models import new_id
from motcua.people.citizens.models import Party
from motcua.services.dossiers import routing
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Channel, Dossier, FeeLine, Paper, ReturnMethod, State
from motcua.services.procedures.choices import Filing
from motcua.services.procedures.models import Case, FeeItem, ProcedureVersion
from motcua.services.procedures.runtime import Package, package_of

SUBMISSION_SERIES = "submission"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPaper:
    """A paper as it is handed over or uploaded."""

    name: str
    case_paper: UUID | None = None
    form: str = Paper.Form.COPY
    copies: int = 1
    file: UUID | None = None
    digitised: bool = False
    reused: bool = False
    from_national_store: bool = False
    no_scan_reason: str = ""


@transaction.atomic
def submit(
    *,
    version: ProcedureVersion,
    case: Case,
    channel: str,
    applicant: Party,
    form_data: Mapping[str, Any],
    receiving_office: UUID,
    by: Actor,
    papers: Sequence[NewPaper] = (),
    representative: Party | None = None,
    return_method: str = ReturnMethod.DESK,
    return_address: str = "",
    copies: int = 1,
    subject: str = "",
    at: datetime | None = None,
    parent: tuple[UUID, UUID] | None = None,
    key: UUID | None = None,
) -> Dossier:
    """Store a dossier as submitted (nộp hồ sơ) under its own submission number; ``form_data`` is already clean.

    Raises ``Refused`` when the procedure cannot be filed this way here, ``Invalid`` naming the missing papers.
    ``parent`` is the dossier and work item that spawned this one; ``key`` the draft that becomes it.
    """
    package, now = package_of(version.pk), at or timezone.now()
    check_filing(version, channel, parent=parent)
    _check_papers(package, case, channel, papers)
    resolving = resolving_office(package, receiving_office, now)
    dossier = Dossier.objects.create(
        id=key or new_id(),
        submission_number=next_number(SUBMISSION_SERIES, facts={}, at=now),
        procedure_version=version,
        case=case,
        channel=channel,
        applicant=applicant,
        applicant_name=applicant.name,
        representative=representative,
        submitted_by_id=by.account,
        subject=(subject or version.name)[:500],
        form_data=dict(form_data),
        copies=copies,
        receiving_office_id=receiving_office,
        resolving_office_id=resolving,
        submitted_at=now,
        return_method=return_method,
        return_address=return_address,
        parent_id=parent[0] if parent else None,
        parent_token=parent[1] if parent else None,
    )
    _store_papers(dossier, papers, by, now)
    _store_fees(dossier, package)
    record(
        stream=dossier.stream,
        kind="dossier.submitted",
        actor=by.account,
        agency=by.office or receiving_office,
        at=now,
        person=applicant.pk,
        personal={"applicant": applicant.name},
        references={
            **by.references(),
            "number": dossier.submission_number,
            "procedure": version.procedure_id,
            "version": version.pk,
            "channel": channel,
            "state": State.SUBMITTED,
            "receiving": receiving_office,
            "resolving": resolving,
            "papers": len(papers),
            **({"parent": parent[0]} if parent else {}),
        },
    )
    return dossier


def resolving_office(package: Package, receiving_office: UUID, at: datetime) -> UUID:
    """The competent agency, looked for from the desk that receives; the desk itself when the package names none."""
    selector = package.resolving
    if selector in ("", routing.RECEIVING):
        return receiving_office
    found, missing = routing.resolve([selector], from_office=receiving_office, on=routing.local_day(at))
    return receiving_office if missing else UUID(found[selector])


def check_filing(version: ProcedureVersion, channel: str, *, parent: object = None) -> None:
    """Raises ``Refused`` when a procedure cannot be filed here over this channel."""
    if version.process is None:
        raise Refused(_("This procedure is for information only; it cannot be filed here yet."), code="not_offered")
    if channel == Channel.ONLINE and version.procedure.filing != Filing.LOCAL and parent is None:
        raise Refused(_("This procedure is not filed online here."), code="not_online")


def _check_papers(package: Package, case: Case, channel: str, papers: Sequence[NewPaper]) -> None:
    handed = {paper.case_paper for paper in papers if paper.file or channel != Channel.ONLINE}
    missing = [paper for paper in package.papers(case.pk) if paper.required and paper.pk not in handed]
    if missing:
        raise Invalid(
            _("Some required papers are missing."),
            errors={
                f"paper-{paper.code}": _("Attach this paper: %(name)s") % {"name": paper.name} for paper in missing
            },
        )


def _store_papers(dossier: Dossier, papers: Sequence[NewPaper], by: Actor, at: datetime) -> None:
    Paper.objects.bulk_create(
        Paper(
            dossier=dossier,
            case_paper_id=paper.case_paper,
            position=position,
            name=paper.name,
            form=paper.form,
            copies=paper.copies,
            file_id=paper.file,
            digitised=paper.digitised,
            reused=paper.reused,
            from_national_store=paper.from_national_store,
            no_scan_reason=paper.no_scan_reason,
            added_at=at,
            added_by_id=by.account,
        )
        for position, paper in enumerate(papers, start=1)
    )
    keep([paper.file for paper in papers if paper.file])


def _store_fees(dossier: Dossier, package: Package) -> None:
    lines = fee_lines(package, dossier.case, dossier.channel, dossier.form_data)
    FeeLine.objects.bulk_create(
        FeeLine(dossier=dossier, name=fee.name, kind=fee.kind, amount=amount, position=position)
        for position, (fee, amount) in enumerate(lines, start=1)
    )


def fee_lines(package: Package, case: Case, channel: str, form_data: Mapping[str, Any]) -> list[tuple[FeeItem, int]]:
    """The fees of an application and their amounts in đồng. Raises ``Refused`` when one cannot be worked out."""
    decided = _decided_fees(package, case, channel, form_data)
    return [(fee, decided.get(fee.code, fee.amount)) for fee in package.fees(case.pk, channel)]


def _decided_fees(package: Package, case: Case, channel: str, form_data: Mapping[str, Any]) -> dict[str, int]:
    """Amounts that the package's fee decision works out from the form, by the ids of the fee lines."""
    if package.fee_decision is None:
        return {}
    facts = {**package.absent_facts, **form_data, "channel": channel, "case": case.code}
    try:
        found = package.fee_decision.decide(facts).get("fees") or {}
    except RuleError as error:
        raise Refused(_("The fee cannot be worked out: %(reason)s") % {"reason": error}, code="fee") from error
    return {code: int(amount) for code, amount in found.items() if amount is not None}

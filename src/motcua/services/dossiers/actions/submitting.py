"""A dossier comes in, over any channel. Acceptance is a step of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.registers.actions import next_number
from motcua.kernel.blobs.actions import keep
from motcua.kernel.errors import Invalid, Refused
from motcua.kernel.events.rules import Head, NewEvent, SealedEvent, seal
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.text.dates import VIETNAM
from motcua.people.citizens.models import Party
from motcua.people.citizens.queries import mandate_of
from motcua.services.dossiers import routing, writing
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.charges import Charges, charges_of
from motcua.services.dossiers.incidents import report
from motcua.services.dossiers.models import Channel, Dossier, FeeLine, Paper, ReturnMethod, State
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.series import SUBMISSION
from motcua.services.procedures.choices import Filing
from motcua.services.procedures.models import Case, ProcedureVersion
from motcua.services.procedures.runtime import Package, package_of

OLDEST_LAST_DAY, FURTHEST_LAST_DAY = 1900, 100  # a year, and years from now: beyond them somebody mistyped


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
    source: str = ""
    no_scan_reason: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What is handed in. ``form_data`` is already clean.

    ``parent`` is the dossier and work item that spawned this one; ``key`` the draft that becomes it; ``portal_code``
    the code that the national portal, where it was filed, has given it: the desk asks for papers that are missing.
    """

    version: ProcedureVersion
    case: Case
    channel: str
    applicant: Party
    form_data: Mapping[str, Any]
    receiving_office: UUID
    papers: Sequence[NewPaper] = ()
    representative: Party | None = None
    return_method: str = ReturnMethod.DESK
    return_address: str = ""
    copies: int = 1
    subject: str = ""
    parent: tuple[UUID, UUID] | None = None
    key: UUID | None = None
    signed: bool = False  # by the applicant, or brought by who need not have it signed
    joint: int = 0  # how many apply together with the applicant and have confirmed
    portal_code: str = ""
    proposed: Mapping[str, Sequence[str]] = field(default_factory=dict)  # names of answers read from pictures, by fate


@transaction.atomic
def submit(given: Submission, *, by: Actor, at: datetime | None = None) -> Dossier:
    """Store a dossier as submitted (nộp hồ sơ) under its own submission number.

    Raises ``Refused`` when the procedure cannot be filed this way here, ``Invalid`` naming the missing papers.
    """
    package, now = package_of(given.version.pk), at or timezone.now()
    check_filing(given.version, given.channel, elsewhere=bool(given.parent or given.portal_code))
    _check_co_applicants(package, given)
    _check_signature(package, given)
    if not given.portal_code:
        _check_papers(package, given.case, given.channel, given.papers)
    for paper in given.papers:
        check_last_day(paper.valid_to, now)
    dossier = _dossier(given, resolving_office(package, given.receiving_office, now), by, now)
    charges = _charges(dossier, package)
    writing.enter(dossier, _papers(dossier, given.papers, by, now), _fees(dossier, charges), _told(dossier, given, by))
    keep([paper.file for paper in given.papers if paper.file])
    if charges.fault:
        text = _("The fee cannot be worked out: %(reason)s") % {"reason": charges.fault}
        report(Move.begin(dossier.pk, by=by, at=now), kind="fees", message=text, office=dossier.receiving_office_id)
    return dossier


def _dossier(given: Submission, resolving: UUID, by: Actor, at: datetime) -> Dossier:
    parent, token = given.parent or (None, None)
    return Dossier(
        id=given.key or new_id(),
        submission_number=next_number(SUBMISSION.code, facts={}, at=at),
        portal_code=given.portal_code,
        procedure_version=given.version,
        case=given.case,
        channel=given.channel,
        applicant=given.applicant,
        applicant_name=given.applicant.name,
        representative=given.representative,
        submitted_by_id=by.account,
        subject=(given.subject or given.version.name)[:500],
        form_data=dict(given.form_data),
        copies=given.copies,
        receiving_office_id=given.receiving_office,
        resolving_office_id=resolving,
        submitted_at=at,
        return_method=given.return_method,
        return_address=given.return_address,
        parent_id=parent,
        parent_token=token,
    )


def _told(dossier: Dossier, given: Submission, by: Actor) -> SealedEvent:
    new = NewEvent(
        stream=dossier.stream,
        kind="dossier.submitted",
        actor=by.account,
        agency=by.office or dossier.receiving_office_id,
        at=dossier.submitted_at,
        person=dossier.applicant_id,
        personal={"applicant": dossier.applicant_name},
        references={
            **by.references(),
            "number": dossier.submission_number,
            "procedure": given.version.procedure_id,
            "version": given.version.pk,
            "channel": dossier.channel,
            "state": State.SUBMITTED,
            "receiving": dossier.receiving_office_id,
            "resolving": dossier.resolving_office_id,
            "papers": len(given.papers),
            **({"parent": dossier.parent_id} if dossier.parent_id else {}),
            **({"proposed": dict(given.proposed)} if given.proposed else {}),
            **_filed_as(dossier),
        },
    )
    return seal(Head(dossier.stream), new)


def _filed_as(dossier: Dossier) -> dict[str, str]:
    """Under what it was filed by another than the applicant; nothing where no representation is known."""
    if dossier.representative_id is None:
        return {}
    mandate = mandate_of(dossier.representative_id, dossier.applicant_id, routing.local_day(dossier.submitted_at))
    return {"filed_as": mandate.kind} if mandate else {}


def resolving_office(package: Package, receiving_office: UUID, at: datetime) -> UUID:
    """The competent agency, looked for from the desk that receives; the desk itself when the package names none."""
    selector = package.resolving
    if selector in ("", routing.RECEIVING):
        return receiving_office
    found, missing = routing.resolve([selector], from_office=receiving_office, on=routing.local_day(at))
    return receiving_office if missing else UUID(found[selector])


def check_filing(version: ProcedureVersion, channel: str, *, elsewhere: bool = False) -> None:
    """Raises ``Refused`` when a procedure cannot be filed over this channel; ``elsewhere``: it was filed already."""
    if version.process is None:
        raise Refused(_("This procedure is for information only; it cannot be filed here yet."), code="not_offered")
    if channel == Channel.ONLINE and version.procedure.filing != Filing.LOCAL and not elsewhere:
        raise Refused(_("This procedure is not filed online here."), code="not_online")


def _check_co_applicants(package: Package, given: Submission) -> None:
    """Where several must apply together, they have confirmed on the portal or stand at the counter."""
    spec = package.manifest.co_applicants
    if spec is not None and given.joint < spec.least and not (given.parent or given.portal_code):
        text = _("At least %(n)d more must apply together with the applicant and confirm.") % {"n": spec.least}
        raise Refused(text, field="people", code="co_applicants")


def _check_signature(package: Package, given: Submission) -> None:
    """What must be signed is filed page by page here; at the counter people sign on paper."""
    required = package.manifest.applicant_signature == "required" and given.channel == Channel.ONLINE
    if required and not (given.signed or given.parent or given.portal_code):
        text = _("This application must be signed with a digital signature before it is sent.")
        raise Refused(text, field="signature", code="not_signed")


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


def check_last_day(last: date | None, at: datetime) -> None:
    """Raises ``Refused`` for what no paper bears as its last day: a year mistyped. A day that has passed may be."""
    if last is not None and not OLDEST_LAST_DAY <= last.year <= at.astimezone(VIETNAM).year + FURTHEST_LAST_DAY:
        text = _("The last day of a paper lies between %(first)d and %(years)d years from now. Check the year.")
        told = {"first": OLDEST_LAST_DAY, "years": FURTHEST_LAST_DAY}
        raise Refused(text % told, field="valid_to", code="implausible")


def _papers(dossier: Dossier, papers: Sequence[NewPaper], by: Actor, at: datetime) -> list[Paper]:
    return [
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
            source=paper.source,
            no_scan_reason=paper.no_scan_reason,
            valid_to=paper.valid_to,
            added_at=at,
            added_by_id=by.account,
        )
        for position, paper in enumerate(papers, start=1)
    ]


def _charges(dossier: Dossier, package: Package) -> Charges:
    # What the national portal has taken in is never refused here: its form may lack what fees are counted by.
    from_portal = bool(dossier.portal_code)
    return charges_of(package, dossier.case, dossier.channel, dossier.form_data, counted_later=from_portal)


def _fees(dossier: Dossier, charges: Charges) -> list[FeeLine]:
    return [
        FeeLine(
            dossier=dossier,
            name=charge.fee.name,
            kind=charge.fee.kind,
            amount=charge.amount,
            unit=charge.unit,
            quantity=charge.quantity,
            after_return=charge.fee.after_return,
            position=position,
        )
        for position, charge in enumerate(charges.lines, start=1)
    ]

"""What the interface of dossiers gives; what it takes stands in :mod:`inputs`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from motcua.kernel.web.api import Listed
from motcua.services.dossiers.models import ReturnMethod, State
from motcua.services.procedures.choices import Channel


class FileDetail(Schema):
    """A stored file; ``digest`` is the SHA-256 of its content."""

    id: UUID
    name: str
    media_type: str
    size: int
    digest: str
    scan_state: str


class OfficeRef(Schema):
    """An office by its identification code (empty where it has none)."""

    code: str
    name: str


class ProcedureRef(Schema):
    """A procedure."""

    code: str
    name: str


class RemainingTime(Schema):
    """Working time until something is due, or since: by the calendar of its office, whole hours."""

    overdue: bool
    days: int = Field(description="Working days")
    hours: int


_REMAINING = "Null where nothing is due, while the clock stands still, and once it is decided or closed"


class DossierRow(Schema):
    """A dossier in a list. ``number`` is the code, before acceptance the submission number. Nobody's name is in it."""

    number: str
    code: str | None
    submission_number: str
    state: State
    national_status: int = Field(description="Code 1–10 of the state at the national portal")
    version: int = Field(description="Counts what happened; send it back to act on what you have read")
    procedure: ProcedureRef
    channel: Channel
    receiving_office: OfficeRef
    resolving_office: OfficeRef
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    remaining: RemainingTime | None = Field(description=_REMAINING)
    decided_at: datetime | None
    closed_at: datetime | None


class DossierList(Listed):
    """A page of dossiers, newest first."""

    items: list[DossierRow]


class ApplicantDetail(Schema):
    """The citizen or business whom the dossier is about."""

    kind: str
    name: str
    identity_number: str | None
    tax_code: str | None
    birth_date: date | None
    address: str
    phone: str
    email: str


class PaperRow(Schema):
    """A paper of the dossier; ``paper`` is its code in the procedure's case, empty for an additional one."""

    id: UUID
    paper: str
    name: str
    form: str
    copies: int
    file: FileDetail | None
    digitised: bool
    reused: bool
    no_scan_reason: str
    valid_to: date | None = Field(description="Its last day, as the receiving office stated it")


class FeeRow(Schema):
    """A fee line in đồng: ``amount`` for all ``quantity`` together, of which ``refunded`` was given back.

    ``unit`` is what is counted, empty for a fee paid once. The result waits for it, unless it is collected
    ``after_return``.
    """

    id: UUID
    name: str
    kind: str
    amount: int
    quantity: int
    unit: str
    refunded: int
    after_return: bool
    state: str


class StepRow(Schema):
    """An open step. ``assignee`` is the user name of who has claimed it, told to officers only."""

    id: UUID
    node: str
    name: str
    role: str
    office: OfficeRef
    assignee: str | None
    opened_at: datetime
    due_at: datetime | None
    remaining: RemainingTime | None = Field(description=_REMAINING)


class ResultRow(Schema):
    """A result; its PDF is at ``/dossiers/{code}/result?document=ID``."""

    id: UUID
    name: str
    number: str
    state: str
    sealed_at: datetime | None


class ChildRow(Schema):
    """A dossier of another procedure that this one has opened (liên thông)."""

    number: str
    procedure: str
    state: State


class DossierDetail(DossierRow):
    """A dossier with everything that the bearer may know."""

    case: str
    subject: str
    applicant: ApplicantDetail
    form: dict[str, Any]
    return_method: ReturnMethod
    papers: list[PaperRow]
    fees: list[FeeRow]
    steps: list[StepRow]
    results: list[ResultRow]
    children: list[ChildRow] = Field(description="Those not yet decided are stopped when this one ends early")
    abilities: dict[str, bool]


class NextStepRow(Schema):
    """A step that follows."""

    name: str
    office: str
    due: str


class TimelineEntry(Schema):
    """One event. ``digest`` chains to the entry before (docs/integrator/events.md); times are in UTC."""

    version: int
    kind: str
    title: str
    at: datetime
    agency: str
    position: str
    officer: str
    detail: str
    next: list[NextStepRow]
    digest: str


class Timeline(Schema):
    """The story of a dossier in order; what concerns officers only is left out for others."""

    items: list[TimelineEntry]


class InboxRow(Schema):
    """A step that the officer may do."""

    step: StepRow
    dossier: str
    procedure: str
    state: State


class InboxList(Listed):
    """A page of the inbox, most urgent first."""

    items: list[InboxRow]


class ActRow(Schema):
    """Something that the bearer may do now: POST ``input`` to ``/dossiers/{code}/actions/{action}``."""

    action: str
    title: str
    scope: str
    step: UUID | None
    input: dict[str, Any] = Field(description="JSON Schema of the body")


class ActList(Schema):
    """All that the bearer may do with the dossier now."""

    items: list[ActRow]


class Done(DossierRow):
    """The dossier after an act. ``went_on`` is false when the process could not go on: an administrator knows."""

    went_on: bool = True

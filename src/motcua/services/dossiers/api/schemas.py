"""What the interface of dossiers takes and gives."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime, BeforeValidator

from motcua.kernel.web.api import Input, Listed, PageQuery
from motcua.services.dossiers.models import Paper, ReturnMethod, State
from motcua.services.procedures.choices import Channel

Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Count = Annotated[int, Field(ge=1, le=999)]
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


# -- given ------------------------------------------------------------------------------------------------------------


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
    no_scan_reason: str


class FeeRow(Schema):
    """A fee line in đồng. The result waits for it, unless it is collected ``after_return``."""

    id: UUID
    name: str
    kind: str
    amount: int
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


# -- taken ------------------------------------------------------------------------------------------------------------


class ApplicantInput(Input):
    """Who applies: found by number, else registered. A citizen leaves it out, or names whom they act for."""

    kind: Literal["citizen", "business"] = "citizen"
    name: str = Field("", max_length=200)
    identity_number: str = Field("", pattern=r"^([0-9]{12})?$")
    tax_code: str = Field("", pattern=r"^([0-9]{10}(-?[0-9]{3})?)?$")
    birth_date: date | None = None
    gender: Literal["", "male", "female"] = ""
    address: str = Field("", max_length=250)
    phone: str = Field("", max_length=20)
    email: str = Field("", max_length=254)


class PaperInput(Input):
    """A paper as it is handed over. ``paper`` is its code in the case; ``file`` an upload of the same bearer."""

    paper: str = Field("", max_length=40)
    name: str = Field("", max_length=1000)
    form: Paper.Form = Paper.Form.COPY
    copies: Count = 1
    file: UUID | None = None


class FilingInput(Input):
    """A new dossier. ``accept``: the officer at the counter accepts it at once."""

    procedure: str = Field(max_length=40)
    case: str = Field("", max_length=40, description="Code of the case; the first one when left out")
    channel: Channel
    office: str = Field("", max_length=35, description="Identification code of the receiving office")
    applicant: ApplicantInput | None = None
    form: dict[str, Any] = {}
    papers: list[PaperInput] = Field([], max_length=200)
    copies: Count = 1
    return_method: ReturnMethod = ReturnMethod.DESK
    return_address: str = Field("", max_length=250)
    accept: bool = False


class Nothing(Input):
    """No input but the version that was read."""

    version: int | None = Field(None, ge=1, description="Refused with 409 when the dossier has moved on since")


class ReasonInput(Nothing):
    """A reason for the applicant or the colleagues."""

    reason: Reason


class SupplementInput(ReasonInput):
    """What is to be completed."""

    items: list[Annotated[str, Field(min_length=1, max_length=1000)]] = Field(min_length=1, max_length=50)


class AnswerInput(Nothing):
    """The completed papers, an answer, or corrected form fields."""

    answer: str = Field("", max_length=5000)
    papers: list[PaperInput] = Field([], max_length=200)


class ExtensionInput(ReasonInput):
    """By how much the appointment is moved."""

    value: Decimal = Field(gt=0, le=1000, max_digits=6, decimal_places=2)
    unit: Literal["hours", "working_days", "days", "months"]


class StepInput(Nothing):
    """The step that it is about."""

    step: UUID


class CompletionInput(StepInput):
    """How a step ends. ``data`` are the answers of the step's form, where it has one."""

    outcome: str | None = Field(None, max_length=60)
    note: str = Field("", max_length=2000)
    data: dict[str, Any] = {}


class SendBackInput(StepInput):
    """The earlier step to which the dossier goes back."""

    to_node: str = Field(max_length=120)
    reason: Reason


class StepReasonInput(StepInput):
    """A step and a reason."""

    reason: Reason


class ReassignmentInput(StepInput):
    """The officer, by user name, who gets the step."""

    to: str = Field(max_length=80)
    reason: str = Field("", max_length=2000)


class ResultInput(StepInput):
    """What the specialist writes into the result: the answers of the step's form."""

    data: dict[str, Any] = {}


class DraftInput(StepInput):
    """An uploaded Word document that becomes the next version of the step's draft."""

    file: UUID


class SignatureInput(StepInput):
    """A step that ends by signing: its first outcome, approval."""

    note: str = Field("", max_length=2000)


class ReturnInput(Nothing):
    """Who received the result, how, and what proves it: required at the desk."""

    method: ReturnMethod
    to_name: str = Field(min_length=1, max_length=200)
    proof: str = Field("", max_length=500)


class CollectionInput(Input):
    """A fee line and how it was paid."""

    fee: UUID
    method: Literal["cash", "transfer", "card"]


class FeeReasonInput(Input):
    """A fee line and why it is waived or refunded."""

    fee: UUID
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class ScanInput(Input):
    """The scan of a paper."""

    paper: UUID
    file: UUID


class NoScanInput(Input):
    """A legal reason why a paper is not scanned."""

    paper: UUID
    reason: Literal["electronic", "shown_only", "opinion", "secret"]


class PaperReasonInput(Input):
    """A paper and why it is taken out."""

    paper: UUID
    reason: Reason


class RerouteInput(Input):
    """The office, by its code, for a selector that found none."""

    selector: str = Field(max_length=120)
    office: str = Field(max_length=35)


def _asked(given: Any) -> Any:
    """Nothing for what is empty, and a date as its first moment in Vietnam."""
    return f"{given}T00:00:00+07:00" if isinstance(given, str) and _DATE.fullmatch(given) else given or None


class ListQuery(PageQuery):
    """How a list of dossiers is narrowed; what is empty counts as left out."""

    state: Annotated[State | None, BeforeValidator(_asked)] = None
    due_before: Annotated[AwareDatetime | None, BeforeValidator(_asked)] = None


class InboxQuery(PageQuery):
    """Which part of the inbox is wanted."""

    show: Literal["all", "mine", "unclaimed", "due_soon", "overdue"] = "all"

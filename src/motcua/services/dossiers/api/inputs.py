"""What the interface of dossiers takes."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field
from pydantic import AwareDatetime, BeforeValidator

from motcua.kernel.web.api import Input, PageQuery
from motcua.services.dossiers.models import NoScanReason, Paper, ReturnMethod, State
from motcua.services.dossiers.rules.charges import MOST_ITEMS
from motcua.services.procedures.choices import Channel

Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Count = Annotated[int, Field(ge=1, le=999)]
_NUMBER = re.compile(r"\s*[-+]?[\d._]+(?:e[-+]?\d+)?\s*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


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


class RepresentativeInput(Input):
    """Who files for the applicant, registered under this number and name. Online it is left out: it is who files."""

    number: str = Field(pattern=r"^([0-9]{12}|[0-9]{10}(-?[0-9]{3})?)$", description="Identity number or tax code")
    name: str = Field(min_length=1, max_length=200)


class PaperInput(Input):
    """A paper as it is handed over. ``paper`` is its code in the case; ``file`` an upload of the same bearer.

    At the counter and by post ``file`` is its scan; the last three are said there only.
    """

    paper: str = Field("", max_length=40)
    name: str = Field("", max_length=1000)
    form: Paper.Form = Paper.Form.COPY
    copies: Count = 1
    file: UUID | None = None
    reused: bool = Field(False, description="Taken from an earlier dossier or result")
    no_scan_reason: NoScanReason | None = Field(None, description="Why the law spares it the scanner")
    valid_to: date | None = Field(None, description="Its last day, as the officer reads it there")


class FilingInput(Input):
    """A new dossier. ``accept``: the officer at the counter accepts it at once."""

    procedure: str = Field(max_length=40)
    case: str = Field("", max_length=40, description="Code of the case; the first one when left out")
    channel: Channel
    office: str = Field("", max_length=35, description="Identification code of the receiving office")
    applicant: ApplicantInput | None = None
    representative: RepresentativeInput | None = None
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
    """The completed papers, or an answer."""

    answer: str = Field("", max_length=5000)
    papers: list[PaperInput] = Field([], max_length=200)


class ExtensionInput(ReasonInput):
    """By how much the appointment is moved: whole units or halves."""

    value: Decimal = Field(gt=0, le=1000, max_digits=6, decimal_places=2, multiple_of=0.5)
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
    """Who received the result, how, and what proves it.

    At the desk `proof` is required: `signature` with `slip`, an upload of the bearer, or `number`, the line in the
    paper book; or `code` with the receipt's code as `number`. By post `number` is the parcel's; online takes neither.
    A slip is kept with any proof.
    """

    method: ReturnMethod
    to_name: str = Field(min_length=1, max_length=200)
    proof: Literal["", "signature", "code"] = ""
    number: str = Field("", max_length=300)
    slip: UUID | None = None


class CollectionInput(Nothing):
    """A fee line and how it was paid."""

    fee: UUID
    method: Literal["cash", "transfer", "card"]
    slip: str = Field("", max_length=40, description="Approval number on the card terminal's slip; required for cards")


class FeeReasonInput(Nothing):
    """A fee line and why it is waived or refunded."""

    fee: UUID
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class RefundInput(FeeReasonInput):
    """How much of a fee is given back, in đồng; all that is left when it is left out."""

    amount: int | None = Field(None, ge=1, le=10**16)
    method: Literal["", "cash", "card", "transfer", "online"] = Field(
        "", description="How it is given back: as it was paid (when left out), or by transfer"
    )


class CountInput(Nothing):
    """How many there are of what a fee is paid for."""

    fee: UUID
    quantity: int = Field(ge=1, le=MOST_ITEMS)


class ScanInput(Nothing):
    """The scan of a paper."""

    paper: UUID
    file: UUID


class NoScanInput(Nothing):
    """A legal reason why a paper is not scanned."""

    paper: UUID
    reason: Literal["electronic", "shown_only", "opinion", "secret"]


class PaperValidityInput(Nothing):
    """The last day of a paper, as the officer reads it there; null takes back what was recorded."""

    paper: UUID
    valid_to: date | None = None


class PaperReasonInput(Nothing):
    """A paper and why it is taken out."""

    paper: UUID
    reason: Reason


class RerouteInput(Nothing):
    """The office, by its code, for a selector that found none."""

    selector: str = Field(max_length=120)
    office: str = Field(max_length=35)


class MessageInput(Nothing):
    """What has come for the process."""

    message: str = Field(max_length=200)


def _asked(given: Any) -> Any:
    """Nothing for what is empty, and a date as its first moment in Vietnam."""
    if isinstance(given, str) and _NUMBER.fullmatch(given):
        return f"a moment, not {given}"  # pydantic would take 20261128 for seconds since 1970
    return f"{given}T00:00:00+07:00" if isinstance(given, str) and _DATE.fullmatch(given) else given or None


class ListQuery(PageQuery):
    """How a list of dossiers is narrowed; what is empty counts as left out."""

    state: Annotated[State | None, BeforeValidator(_asked)] = None
    due_before: Annotated[AwareDatetime | None, BeforeValidator(_asked)] = None


class InboxQuery(PageQuery):
    """Which part of the inbox is wanted."""

    show: Literal["all", "mine", "unclaimed", "due_soon", "overdue"] = "all"

"""What an edXML message says, as values that never change. Names of elements stand in the comments."""

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum


class BusinessKind(IntEnum):
    """What a message does (``BussinessDocType``): văn bản mới, thu hồi, cập nhật, thay thế."""

    NEW = 0
    RECALL = 1
    UPDATE = 2
    REPLACEMENT = 3


class Priority(IntEnum):
    """How urgent (``Priority``): thường, khẩn, thượng khẩn, hỏa tốc, hỏa tốc hẹn giờ."""

    NORMAL = 0
    URGENT = 1
    VERY_URGENT = 2
    EXPRESS = 3
    EXPRESS_TIMED = 4


class Steering(IntEnum):
    """Whether it directs (``SteeringType``): không, văn bản chỉ đạo, báo cáo văn bản chỉ đạo."""

    NONE = 0
    DIRECTS = 1
    REPORTS = 2


class StatusCode(StrEnum):
    """How far the receiver is, or what the sender asks for (QĐ 28/2018/QĐ-TTg)."""

    ARRIVED = "01"
    REFUSED = "02"
    REGISTERED = "03"
    ASSIGNED = "04"
    IN_WORK = "05"
    DONE = "06"
    RECALL_ASKED = "13"
    AGREED = "15"
    DECLINED = "16"


@dataclass(frozen=True, slots=True)
class Organ:
    """An agency (``From``, ``To``). ``id`` is its code on the axis, such as ``H99.01`` or ``000.00.01.H99``."""

    id: str
    name: str = ""
    in_charge: str = ""  # OrganizationInCharge
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Number and notation (số và ký hiệu)."""

    number: str = ""
    notation: str = ""

    def __str__(self) -> str:
        """``125/STP-VP``. Some write both into one of the two."""
        notation = self.notation.removeprefix("/")
        parts = [self.number] if self.number.endswith(f"/{notation}") else [self.number, notation]
        if notation.startswith(f"{self.number}/"):
            parts = [notation]
        return "/".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Promulgation:
    """Where and when it was issued (``PromulgationInfo``)."""

    place: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentType:
    """``Type`` is numbered differently by different programs: go by ``name``."""

    type: str = ""
    detail: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: authority (TM., KT., TL. …), position, name."""

    competence: str = ""
    position: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """``OtherInfo``. Amounts are copies and pages, None when they are not told."""

    priority: Priority = Priority.NORMAL
    circulation: str = ""  # SphereOfPromulgation
    typist: str = ""  # TyperNotation
    copies: int | None = None
    pages: int | None = None
    direction: bool = False
    appendixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """The document that a message answers or speaks of (``ResponseFor``)."""

    organ_id: str = ""
    code: str = ""
    document_id: str = ""
    on: date | None = None  # PromulgationDate


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is responsible at the sender (``StaffInfo``)."""

    department: str = ""
    name: str = ""
    email: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class UpdateReceiver:
    """A receiver that an update adds or takes away (``ReceiverType``)."""

    organ_id: str
    type: int = 0


@dataclass(frozen=True, slots=True)
class Update:
    """What an update changes (``BussinessDocumentInfo``): the document's data, its receivers."""

    document: bool = False
    receivers: bool = False
    receiver_list: tuple[UpdateReceiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Replaced:
    """A document that is replaced, and at which agencies (``ReplacementInfo``)."""

    document_id: str
    organ_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Business:
    """What the message does (``Bussiness``). ``paper``: the paper follows by post."""

    kind: BusinessKind = BusinessKind.NEW
    document_id: str = ""
    reason: str = ""
    paper: bool = False
    update: Update | None = None
    replaced: tuple[Replaced, ...] = ()
    staff: Staff = Staff()


@dataclass(frozen=True, slots=True)
class Trace:
    """An agency that the message passed, and when (``TraceHeader``)."""

    organ_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of the message. Its content stands apart; ``sha256`` is empty where the message holds none of it."""

    name: str
    content_id: str
    media_type: str = ""  # as the sender says: often wrong
    description: str = ""
    size: int = 0
    sha256: str = ""


def attached(name: str, content: bytes, *, number: int, media_type: str, description: str = "") -> Attachment:
    """The attachment of a content: ``number`` makes its ``ContentId``."""
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(name, f"cid:{number}", media_type, description or name, len(content), digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document on its way: new, or recalled, updated, replaced as ``business`` says."""

    sender: Organ
    recipients: tuple[Organ, ...]
    document_id: str  # "OrganId,YYYY/MM/DD,số/ký hiệu"
    subject: str
    code: Code = Code()
    promulgation: Promulgation = Promulgation()
    type: DocumentType = DocumentType()
    content: str = ""
    signer: Signer = Signer()
    due: date | None = None
    other: Other = field(default_factory=Other)
    response_for: tuple[Reference, ...] = ()
    steering: Steering = Steering.NONE
    to_places: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    business: Business = field(default_factory=Business)
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What became of a document at its receiver, or what its sender asks: no body."""

    sender: Organ
    response_for: Reference
    status: StatusCode
    description: str = ""
    staff: Staff = Staff()
    at: datetime | None = None


Message = Document | Status

"""From a tree to a message: elements are found by name below their parent, in whatever order they stand."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum
from tempfile import SpooledTemporaryFile
from typing import IO, TypeVar

from motcua.engines.exchange.edxml import values
from motcua.engines.exchange.edxml.faults import Fault, Malformed
from motcua.engines.exchange.edxml.model import (
    Attachment,
    Business,
    BusinessKind,
    Code,
    Document,
    DocumentType,
    Message,
    Organ,
    Other,
    Priority,
    Promulgation,
    Reference,
    Replaced,
    Signer,
    Staff,
    Status,
    StatusCode,
    Steering,
    Trace,
    Update,
    UpdateReceiver,
)
from motcua.engines.exchange.edxml.names import PAYLOAD, dialect
from motcua.engines.exchange.edxml.packed import taken_out
from motcua.engines.exchange.edxml.reading import Beside, Limits, Node, Payload, Read, read

__all__ = ["Limits", "Parsed", "parse"]
Found = TypeVar("Found")
Number = TypeVar("Number", bound=IntEnum)
_IN_MEMORY = 1 << 20
_TRUE, _FALSE = {"1", "true"}, {"", "0", "false"}


@dataclass(frozen=True)
class Parsed:
    """A message; ``contents`` in the order of its attachments, None where there is none or nobody kept it.

    ``signatures`` counts the elements of that name, whether anything can be said of them or not.
    """

    message: Message
    dialect: str
    contents: tuple[IO[bytes] | None, ...]
    signatures: int


def parse(
    source: IO[bytes] | bytes, *, limits: Limits | None = None, keep: Callable[[], IO[bytes]] | None = None
) -> Parsed:
    """Read a message of any dialect.

    ``keep`` opens a file for the content of each attachment; without it they are only digested. Raises
    :class:`Malformed`.
    """
    if keep is None:
        with ExitStack() as scratch:
            parsed = parse(source, limits=limits, keep=lambda: scratch.enter_context(SpooledTemporaryFile(_IN_MEMORY)))
        return replace(parsed, contents=(None,) * len(parsed.contents))
    limits = limits or Limits()
    tree = read(source, limits=limits, keep=keep)
    header = _header(tree.root)
    signatures = sum(node.name == "Signature" for node in tree.root.walk())
    found = dialect(tree.namespaces)
    if _one(header, "StatusCode") is not None:
        return Parsed(_status(header), found, (), signatures)
    attachments, contents = _attachments(tree, limits.message)
    return Parsed(_document(header, tree.root, attachments), found, contents, signatures)


def _header(root: Node) -> Node:
    """Where a message says what it is; programs of 512/BTTTT have states in an element of another name."""
    found = _below(root, "MessageHeader") or [node for node in _below(root, "Status") if _all(node, "StatusCode")]
    if not found:
        raise Malformed(Fault.NOT_EDXML, f"<{root.name}> holds no MessageHeader")
    if len(found) > 1:
        raise Malformed(Fault.TWICE, found[0].name)
    return found[0]


def _document(header: Node, root: Node, attachments: tuple[Attachment, ...]) -> Document:
    code, issued, signer = (_one(header, name) for name in ("Code", "PromulgationInfo", "SignerInfo"))
    recipients = tuple(_organ(node) for node in _all(header, "To"))
    if not recipients:
        raise Malformed(Fault.MISSING, "To")
    sender, number = _sender(header), Code(_text(code, "CodeNumber"), _text(code, "CodeNotation"))
    promulgation = Promulgation(_text(issued, "Place"), _date(issued, "PromulgationDate"))
    return Document(
        sender=sender,
        recipients=recipients,
        document_id=_text(header, "DocumentId") or _identifier(header, sender, promulgation.on, number),
        code=number,
        promulgation=promulgation,
        type=_type(_one(header, "DocumentType")),
        subject=_needed(header, "Subject"),
        content=_text(header, "Content"),
        signer=Signer(
            _text(signer, "Competence"),
            _text(signer, "Position"),
            _text(signer, "FullName") or _text(signer, "Signer"),
        ),
        due=_date(header, "DueDate"),
        other=_other(_one(header, "OtherInfo")),
        response_for=tuple(_reference(node) for node in _all(header, "ResponseFor")),
        steering=_number(header, "SteeringType", Steering),
        to_places=_listed(_one(header, "ToPlaces"), "Place"),
        traces=tuple(trace for node in _below(root, "TraceHeader") if (trace := _trace(node)) is not None),
        business=_business(_below(root, "Bussiness")),
        attachments=attachments,
    )


def _identifier(header: Node, sender: Organ, on: date | None, code: Code) -> str:
    """The identifier of a document of which an older program writes none, as QCVN 102 makes it."""
    return f"{sender.id},{values.from_date(on)},{code}" if on and str(code) else _needed(header, "DocumentId")


def _type(node: Node | None) -> DocumentType:
    """Some write the name of the type, and no elements."""
    name = _text(node, "TypeName") or (node.text if node is not None else "")
    return DocumentType(_text(node, "Type"), _text(node, "TypeDetail"), name)


def _trace(node: Node) -> Trace | None:
    """An agency on the way: by its code, as the older dialects have it, or as the sender of a stage (512/BTTTT)."""
    organ = _text(node, "OrganId") or _text(_one(node, "Sender"), "OrganId") or _text(_one(node, "Path"), "From")
    return Trace(organ, _moment(node, "Timestamp") or _moment(node, "Time")) if organ else None


def _status(header: Node) -> Status:
    answered = _one(header, "ResponseFor")
    if answered is None:
        raise Malformed(Fault.MISSING, "ResponseFor")
    text = _text(header, "StatusCode")
    try:
        code = StatusCode(text.zfill(2))
    except ValueError as error:
        raise Malformed(Fault.VALUE, f"StatusCode {text[:20]!r}") from error
    return Status(
        sender=_sender(header),
        response_for=_reference(answered),
        status=code,
        description=_text(header, "Description"),
        staff=_staff(_one(header, "StaffInfo")),
        at=_moment(header, "Timestamp"),
    )


def _sender(header: Node) -> Organ:
    node = _one(header, "From")
    if node is None:
        raise Malformed(Fault.MISSING, "From")
    return _organ(node)


def _organ(node: Node) -> Organ:
    return Organ(
        id=_needed(node, "OrganId"),
        name=_text(node, "OrganName"),
        in_charge=_text(node, "OrganizationInCharge"),
        address=_text(node, "OrganAdd"),
        email=_text(node, "Email"),
        telephone=_text(node, "Telephone"),
        fax=_text(node, "Fax"),
        website=_text(node, "Website"),
    )


def _other(node: Node | None) -> Other:
    if node is None:
        return Other()
    return Other(
        priority=_number(node, "Priority", Priority),
        circulation=_text(node, "SphereOfPromulgation"),
        typist=_text(node, "TyperNotation"),
        copies=_amount(node, "PromulgationAmount"),
        pages=_amount(node, "PageAmount"),
        direction=_flag(node, "Direction"),
        appendixes=_listed(_one(node, "Appendixes"), "Appendix") or _listed(node, "Appendix"),
    )


def _reference(node: Node) -> Reference:
    code = _one(node, "Code")
    # Some write the code as in the header, in two elements.
    parts = str(Code(_text(code, "CodeNumber"), _text(code, "CodeNotation"))) if code and code.children else ""
    return Reference(
        organ_id=_text(node, "OrganId"),
        code=parts or _text(node, "Code"),
        document_id=_text(node, "DocumentId"),
        on=_date(node, "PromulgationDate"),
    )


def _staff(node: Node | None) -> Staff:
    named = ("Department", "Staff", "Email", "Mobile")
    return Staff(*(_text(node, name) for name in named))


def _business(found: list[Node]) -> Business:
    if len(found) > 1:
        raise Malformed(Fault.TWICE, "Bussiness")
    if not found:
        return Business()
    node = found[0]
    listed = _items(node, "ReplacementInfoList", "DocumentId")
    return Business(
        kind=_number(node, "BussinessDocType", BusinessKind),
        document_id=_text(node, "DocumentId"),
        reason=_text(node, "BussinessDocReason"),
        paper=_flag(node, "Paper"),
        update=_update(_one(node, "BussinessDocumentInfo")),
        replaced=tuple(_replaced(each) for each in (*listed, *_all(node, "ReplacementInfo"))),
        staff=_staff(_one(node, "StaffInfo")),
    )


def _update(node: Node | None) -> Update | None:
    if node is None:
        return None
    receivers = tuple(
        UpdateReceiver(_needed(each, "OrganId"), _amount(each, "ReceiverType") or 0)
        for each in _items(node, "ReceiverList", "OrganId")
    )
    return Update(_flag(node, "DocumentInfo"), _flag(node, "DocumentReceiver"), receivers)


def _items(parent: Node, name: str, key: str) -> list[Node]:
    """What stands in a list: programs do not agree on how an item is called, and some put a single one straight in."""
    listed = _one(parent, name)
    if listed is None:
        return []
    return [listed] if _all(listed, key) else listed.children


def _replaced(node: Node) -> Replaced:
    organs = tuple(each.text for each in _below(node, "OrganId") if each.text)
    return Replaced(_needed(node, "DocumentId"), organs)


def _attachments(tree: Read, most: int) -> tuple[tuple[Attachment, ...], tuple[IO[bytes] | None, ...]]:
    """What the manifest names and what was encoded or stands beside, brought together by their ``ContentId``.

    Files that were packed are together no larger than a message may be.
    """
    named = [_named(node) for manifest in _below(tree.root, "Manifest") for node in _all(manifest, "Reference")]
    encoded = _below(tree.root, "Attachment")
    # Where nothing refers to files they need no identifier.
    held = [_held(node, "" if named else f"cid:{place}") for place, node in enumerate(encoded, 1)]
    held += [_laid(each) for each in tree.beside]
    by_id = {_bare(each.content_id): (each, payload) for each, payload in held}
    if len(by_id) < len(held):
        raise Malformed(Fault.TWICE, "two attachments of one ContentId")
    found = []
    for each in named:
        one, payload = by_id.pop(_bare(each.content_id), (None, None))
        found.append((each, payload) if one is None else (_merged(each, one), payload))
    rest = [pair for pair in held if _bare(pair[0].content_id) in by_id]
    whole = []
    for pair in (*found, *rest):
        whole.append(_closed(*pair))
        if sum(each.size for each, _content in whole) > most:
            raise Malformed(Fault.TOO_LARGE, f"attachments of more than {most} bytes")
    return tuple(each for each, _content in whole), tuple(content for _each, content in whole)


def _named(node: Node, otherwise: str = "") -> Attachment:
    return Attachment(
        name=_text(node, "AttachmentName") or _text(node, "Description"),
        content_id=_content_id(node, otherwise),
        media_type=_text(node, "ContentType"),
        description=_text(node, "Description"),
    )


def _content_id(node: Node, otherwise: str) -> str:
    """How a file is called; the oldest dialect points at it (``xlink:href``)."""
    href = (value for name, value in node.attributes.items() if name.rpartition(":")[2] == "href")
    return _text(node, "ContentId") or next(href, "") or otherwise or _needed(node, "ContentId")


def _bare(content_id: str) -> str:
    return content_id.strip("<>").removeprefix("cid:")


def _laid(beside: Beside) -> tuple[Attachment, Payload | None]:
    return Attachment(beside.name, beside.content_id, beside.media_type), beside.payload


def _held(node: Node, otherwise: str) -> tuple[Attachment, Payload | None]:
    content = _one(node, PAYLOAD)
    return _named(node, otherwise), content.payload if content is not None else None


def _closed(attachment: Attachment, payload: Payload | None) -> tuple[Attachment, IO[bytes] | None]:
    """The attachment with what is known when all of its content has come, and that content."""
    if payload is None:
        return attachment, None
    payload.close()
    inner = taken_out(payload, attachment.name)
    return replace(attachment, size=inner.size, sha256=inner.close()), inner.kept


def _merged(named: Attachment, held: Attachment) -> Attachment:
    return Attachment(
        name=named.name or held.name,
        content_id=named.content_id,
        media_type=named.media_type or held.media_type,
        description=named.description or held.description,
    )


def _all(parent: Node | None, name: str) -> list[Node]:
    return [node for node in parent.children if node.name == name] if parent is not None else []


def _below(parent: Node, name: str) -> list[Node]:
    return [node for node in parent.walk() if node.name == name]


def _one(parent: Node | None, name: str) -> Node | None:
    found = _all(parent, name)
    if len(found) > 1:
        raise Malformed(Fault.TWICE, name)
    return found[0] if found else None


def _text(parent: Node | None, name: str) -> str:
    node = _one(parent, name)
    return node.text if node is not None else ""


def _needed(parent: Node, name: str) -> str:
    text = _text(parent, name)
    if not text:
        raise Malformed(Fault.MISSING, f"{name} of {parent.name}")
    return text


def _listed(parent: Node | None, name: str) -> tuple[str, ...]:
    return tuple(node.text for node in _all(parent, name) if node.text)


def _as(parent: Node | None, name: str, how: Callable[[str], Found | None]) -> Found | None:
    text = _text(parent, name)
    try:
        return how(text) if text else None
    except ValueError as error:
        raise Malformed(Fault.VALUE, f"{name} {text[:40]!r}") from error


def _date(parent: Node | None, name: str) -> date | None:
    return _as(parent, name, values.to_date)


def _moment(parent: Node | None, name: str) -> datetime | None:
    return _as(parent, name, values.to_moment)


def _amount(parent: Node, name: str) -> int | None:
    return _as(parent, name, _to_amount)


def _to_amount(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(text)
    return int(text)


def _number(parent: Node, name: str, kind: type[Number]) -> Number:
    return _as(parent, name, lambda text: kind(_to_amount(text))) or kind(0)


def _flag(parent: Node, name: str) -> bool:
    text = _text(parent, name).lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise Malformed(Fault.VALUE, f"{name} {text[:40]!r}")

"""A message as the national SDK writes it: its order of elements, its prefix, one form for one message."""

import io
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import IO
from xml.sax.saxutils import escape

from motcua.engines.exchange.edxml import values
from motcua.engines.exchange.edxml.faults import Unwritable
from motcua.engines.exchange.edxml.model import (
    Attachment,
    Business,
    BusinessKind,
    Document,
    Message,
    Organ,
    Reference,
    Staff,
    Status,
    Trace,
)
from motcua.engines.exchange.edxml.names import QCVN_102
from motcua.engines.exchange.edxml.reading import encoded

Contents = Callable[[Attachment], Iterable[bytes]]
# What a validator in circulation refuses, in letters.
SUBJECT, CONTENT, PLACE, APPENDIX, NAME = 500, 500, 150, 250, 200
_FORBIDDEN = {chr(code) for code in range(32)} - {"\t", "\n", "\r"} | {chr(0xFFFE), chr(0xFFFF)}
_P = "edXML:"


def emit(message: Message, contents: Contents | None = None) -> bytes:
    """The bytes of a message, without a signature; the same message gives the same bytes.

    ``contents`` gives the content of each attachment. Raises :class:`Unwritable`.
    """
    written = io.BytesIO()
    emit_to(written, message, contents)
    return written.getvalue()


def emit_to(target: IO[bytes], message: Message, contents: Contents | None = None) -> None:
    """Write a message in pieces, so that large attachments never stand in memory. Raises :class:`Unwritable`."""
    for piece in _pieces(message, contents):
        target.write(piece.encode())


def _pieces(message: Message, contents: Contents | None) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<edXML xmlns="{QCVN_102}" xmlns:edXML="{QCVN_102}">'
    yield f"<{_P}edXMLEnvelope><{_P}edXMLHeader>"
    if isinstance(message, Status):
        yield _in("MessageHeader", _status(message))
        yield f"</{_P}edXMLHeader></{_P}edXMLEnvelope></edXML>\n"
        return
    check(message)
    yield _in("MessageHeader", _header(message))
    yield _in("TraceHeaderList", (*map(_trace, message.traces), _business(message.business)))
    yield f"</{_P}edXMLHeader>"
    references = "".join(_in("Reference", _reference(each)) for each in message.attachments)
    manifest = f'<{_P}edXMLManifest version="1.0">{references}</{_P}edXMLManifest>'
    yield f"<{_P}edXMLBody>{manifest}</{_P}edXMLBody></{_P}edXMLEnvelope>"
    if held := [each for each in message.attachments if each.sha256]:
        yield "<AttachmentEncoded>"
        for each in held:
            yield from _attachment(each, contents)
        yield "</AttachmentEncoded>"
    yield "</edXML>\n"


def check(document: Document) -> None:
    """Raise :class:`Unwritable` for a document that others would refuse."""
    bounded = [
        ("Subject", (document.subject,), SUBJECT),
        ("Content", (document.content,), CONTENT),
        ("Place", (document.promulgation.place, *document.to_places), PLACE),
        ("Appendix", document.other.appendixes, APPENDIX),
        ("AttachmentName", (each.name for each in document.attachments), NAME),
    ]
    for name, texts, most in bounded:
        if any(len(text) > most for text in texts):
            raise Unwritable(f"{name} is longer than {most} letters")
    needed = {"Subject": document.subject, "DocumentId": document.document_id, "To": document.recipients}
    if missing := [name for name, value in needed.items() if not value]:
        raise Unwritable(f"{missing[0]} is missing")
    identifiers = [each.content_id for each in document.attachments]
    if len(set(identifiers)) < len(identifiers):
        raise Unwritable("two attachments have one ContentId")


def _header(document: Document) -> Iterator[str]:
    yield _in("From", _organ(document.sender))
    for recipient in document.recipients:
        yield _in("To", _organ(recipient))
    yield _el("DocumentId", document.document_id)
    yield _in("Code", (_el("CodeNumber", document.code.number), _el("CodeNotation", document.code.notation)))
    issued, kind, signer, other = document.promulgation, document.type, document.signer, document.other
    yield _in("PromulgationInfo", (_el("Place", issued.place), _day("PromulgationDate", issued.on)))
    kinds = (("Type", kind.type), ("TypeDetail", kind.detail), ("TypeName", kind.name))
    yield _in("DocumentType", (_el(*each) for each in kinds))
    yield _el("Subject", document.subject)
    yield _el("Content", document.content)
    signers = (("Competence", signer.competence), ("Position", signer.position), ("FullName", signer.name))
    yield _in("SignerInfo", (_el(*each) for each in signers))
    yield _day("DueDate", document.due)
    yield _in(
        "OtherInfo",
        (
            _el("Priority", str(int(other.priority))),
            _el("SphereOfPromulgation", other.circulation),
            _el("TyperNotation", other.typist),
            _el("PromulgationAmount", _amount(other.copies)),
            _el("PageAmount", _amount(other.pages)),
            _el("Direction", "true" if other.direction else "false"),
            _in("Appendixes", (_el("Appendix", each) for each in other.appendixes)),
        ),
    )
    for each in document.response_for:
        yield _in("ResponseFor", _answered(each))
    yield _el("SteeringType", str(int(document.steering)))
    yield _in("ToPlaces", (_el("Place", each) for each in document.to_places))


def _status(status: Status) -> Iterator[str]:
    yield _in("From", _organ(status.sender))
    yield _in("ResponseFor", _answered(status.response_for))
    yield _in("StaffInfo", _staff(status.staff))
    yield _el("StatusCode", status.status)
    yield _el("Description", status.description)
    yield _at("Timestamp", status.at)


def _organ(organ: Organ) -> Iterator[str]:
    yield _el("OrganId", organ.id)
    yield _el("OrganizationInCharge", organ.in_charge)
    yield _el("OrganName", organ.name)
    yield _el("OrganAdd", organ.address)
    yield _el("Email", organ.email)
    yield _el("Telephone", organ.telephone)
    yield _el("Fax", organ.fax)
    yield _el("Website", organ.website)


def _answered(reference: Reference) -> Iterator[str]:
    yield _el("OrganId", reference.organ_id)
    yield _el("Code", reference.code)
    yield _el("DocumentId", reference.document_id)
    yield _day("PromulgationDate", reference.on)


def _trace(trace: Trace) -> str:
    return _in("TraceHeader", (_el("OrganId", trace.organ_id), _at("Timestamp", trace.at)))


def _business(business: Business) -> str:
    parts = [
        _el("DocumentId", business.document_id),
        _el("BussinessDocType", str(int(business.kind))),
        _el("BussinessDocReason", business.reason),
        _el("Paper", "1" if business.paper else "0"),
    ]
    if (update := business.update) is not None:
        receivers = (
            _in("Receiver", (_el("OrganId", each.organ_id), _el("ReceiverType", str(each.type))))
            for each in update.receiver_list
        )
        told = (_el("DocumentInfo", _bit(update.document)), _el("DocumentReceiver", _bit(update.receivers)))
        parts.append(_in("BussinessDocumentInfo", (*told, _in("ReceiverList", receivers))))
    if business.replaced or business.kind is BusinessKind.REPLACEMENT:
        infos = (
            _in(
                "ReplacementInfo",
                (
                    _el("DocumentId", each.document_id),
                    _in("OrganIdList", (_el("OrganId", organ) for organ in each.organ_ids)),
                ),
            )
            for each in business.replaced
        )
        parts.append(_in("ReplacementInfoList", infos))
    return _in("Bussiness", (*parts, _in("StaffInfo", _staff(business.staff))))


def _staff(staff: Staff) -> Iterator[str]:
    yield _el("Department", staff.department)
    yield _el("Staff", staff.name)
    yield _el("Email", staff.email)
    yield _el("Mobile", staff.mobile)


def _reference(attachment: Attachment) -> Iterator[str]:
    yield _el("ContentId", attachment.content_id)
    yield _el("ContentType", attachment.media_type)
    yield _el("Description", attachment.description)
    yield _el("AttachmentName", attachment.name)


def _attachment(attachment: Attachment, contents: Contents | None) -> Iterator[str]:
    if contents is None:
        raise Unwritable(f"the content of {attachment.content_id} is missing")
    yield "<Attachment>"
    named = (
        ("ContentId", attachment.content_id),
        ("AttachmentName", attachment.name),
        ("Description", attachment.description),
        ("ContentType", attachment.media_type),
    )
    for name, text in named:
        yield f"<{name}>{_escaped(text)}</{name}>"
    yield f"<{_P}ContentTransferEncoded>"
    yield from encoded(iter(contents(attachment)))
    yield f"</{_P}ContentTransferEncoded></Attachment>"


def _in(name: str, parts: Iterable[str]) -> str:
    return f"<{_P}{name}>{''.join(parts)}</{_P}{name}>"


def _el(name: str, text: str) -> str:
    return f"<{_P}{name}>{_escaped(text)}</{_P}{name}>"


def _escaped(text: str) -> str:
    if not _FORBIDDEN.isdisjoint(text) or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise Unwritable("a letter that XML cannot carry")
    return escape(text, {"\r": "&#13;"})


def _day(name: str, day: date | None) -> str:
    return _el(name, values.from_date(day) if day else "")


def _at(name: str, moment: datetime | None) -> str:
    return _el(name, values.from_moment(moment) if moment else "")


def _amount(amount: int | None) -> str:
    return "" if amount is None else str(amount)


def _bit(flag: bool) -> str:
    return "1" if flag else "0"

"""What is sent to partners: a document with its files, or how far a received one is."""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.engines.editions.queries import in_force
from motcua.engines.exchange import edxml
from motcua.engines.exchange.kinds import NothingToSend, Wanted
from motcua.engines.exchange.queries import sendings
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions.outgoing.again import DOCUMENT, brings_document, message_keys
from motcua.services.correspondence.exchanging.planning import ANSWER
from motcua.services.correspondence.models import Delivery, OutgoingAnnex, OutgoingDocument, Recipient
from motcua.services.correspondence.offices import place
from motcua.services.correspondence.rules import exchanged as rules
from motcua.services.correspondence.rules.outgoing import number_text
from motcua.services.correspondence.types import DOCUMENT_TYPES

LONGEST_PLACE, MOST_PLACES = 150, 200


def document(wanted: Wanted) -> bytes:
    """The edXML message of an issued document: header, sealed page and annexes (QCVN 102:2016/BTTTT); or that of its
    data when they were corrected, whose event the key names.

    Raises :class:`NothingToSend` for one that was recalled before it was sent, and for data of one that never was.
    """
    joined = OutgoingDocument.objects.select_related("office__unit", "office__parent__unit", "unit", "file", "answers")
    key, _colon, later = wanted.key.partition(":")
    correction = "" if brings_document(wanted.key) else later
    found = joined.select_related("file__blob", "related").get(pk=UUID(key))
    if found.state != OutgoingDocument.State.ISSUED:
        raise NothingToSend(_("The document was recalled before it was sent."))
    if correction:
        _require_sent(found, wanted.partner)
    files = [found.file, *(each.file for each in _annexes(found))]
    contents = {
        edxml.attached(file.name, content, number=place, media_type=file.media_type): content
        for place, file in enumerate((file for file in files if file is not None), 1)
        for content in [read_bytes(file)]
    }
    try:
        header = _header(found, wanted, tuple(contents))
        if correction:
            # It is about the document itself, no more about the one that this changes.
            business = _corrected(found, wanted, int(correction))
            header = replace(header, business=business, response_for=_answered(found))
        return edxml.emit(header, lambda attachment: [contents[attachment]])
    except edxml.Unwritable as error:
        raise Refused(_("The document cannot be written as a message: %(why)s") % {"why": error}) from error


def _annexes(found: OutgoingDocument) -> list[OutgoingAnnex]:
    rows = OutgoingAnnex.objects.filter(document=found).select_related("file__blob")
    return list(rows.order_by("added_at", "id"))


def _header(found: OutgoingDocument, wanted: Wanted, files: tuple[edxml.Attachment, ...]) -> edxml.Document:
    assert found.issued_at is not None
    recipients = list(Recipient.objects.filter(document=found).order_by("id"))
    axis = (each for each in recipients if each.way == Recipient.Way.AXIS)
    to = next(each for each in axis if each.address == wanted.partner)
    kind = in_force(DOCUMENT_TYPES, local_day(found.issued_at)).rules.find(found.type)
    with override("vi"):
        circulation = str(found.get_circulation_display()) if found.circulation else ""
    return edxml.Document(
        sender=edxml.Organ(wanted.sender, found.office.name),
        recipients=(edxml.Organ(wanted.partner, to.name),),
        document_id=wanted.about,
        code=edxml.Code(number_text(found.number or 0), found.mark),
        promulgation=edxml.Promulgation(place(found.office)[:LONGEST_PLACE], found.document_date),
        type=edxml.DocumentType(name=kind.name if kind else ""),
        subject=found.subject,
        signer=edxml.Signer(found.signer_competence, found.signer_position, found.signer_name),
        other=edxml.Other(
            priority=edxml.Priority(found.urgency),
            circulation=circulation,
            copies=found.copies,
            pages=found.pages,
            appendixes=tuple(each.name for each in files[1:]),
        ),
        due=found.due_on,
        response_for=(*_changed(found, to), *_answered(found)),
        to_places=tuple(each.name[:LONGEST_PLACE] for each in recipients[:MOST_PLACES]),
        traces=(edxml.Trace(wanted.sender, found.issued_at), *_again(found, wanted)),
        business=_business(found, to),
        attachments=files,
    )


def _again(found: OutgoingDocument, wanted: Wanted) -> tuple[edxml.Trace, ...]:
    """When the document was sent again: its message is not the one that was refused."""
    if ":" not in wanted.key or not brings_document(wanted.key):
        return ()
    event = Event.objects.get(stream=found.stream, version=int(wanted.key.rpartition(":")[2]))
    return (edxml.Trace(wanted.sender, event.at),)


def _changed(found: OutgoingDocument, to: Recipient) -> tuple[edxml.Reference, ...]:
    """The document that this one changes at a partner."""
    if not to.amends or (related := found.related) is None:
        return ()
    return (edxml.Reference(to.amends.partition(",")[0], related.notation, to.amends, related.document_date),)


def _business(found: OutgoingDocument, to: Recipient) -> edxml.Business:
    """What the message does: where the partner got the document that this one replaces (3), corrects or updates (2),
    that; else it is a new one.
    """
    staff = edxml.Staff(department=found.unit.name)
    if not to.amends or (related := found.related) is None:
        return edxml.Business(staff=staff)
    with override("vi"):
        reason = f"{found.get_relation_display()} {related.notation}"
    if found.relation == OutgoingDocument.Relation.REPLACES:
        replaced = (edxml.Replaced(to.amends, (to.address,)),)
        return edxml.Business(edxml.BusinessKind.REPLACEMENT, to.identifier, reason, replaced=replaced, staff=staff)
    changes = edxml.Update(document=True)
    return edxml.Business(edxml.BusinessKind.UPDATE, to.amends, reason, update=changes, staff=staff)


def _corrected(found: OutgoingDocument, wanted: Wanted, version: int) -> edxml.Business:
    """An update (2) of the data of the document itself, by the reason that its event tells."""
    event = Event.objects.get(stream=found.stream, version=version)
    return edxml.Business(
        edxml.BusinessKind.UPDATE,
        wanted.about,
        event.references["reason"],
        update=edxml.Update(document=True),
        staff=edxml.Staff(department=found.unit.name),
    )


def _answered(found: OutgoingDocument) -> tuple[edxml.Reference, ...]:
    if (answers := found.answers) is None:
        return ()
    sent = Delivery.objects.filter(document=answers).first()
    organ, identifier = (sent.partner, sent.identifier) if sent else (answers.sender_code, answers.identifier)
    return (edxml.Reference(organ, answers.notation, identifier, answers.document_date),)


def status(wanted: Wanted) -> bytes:
    """How far a received document is (01–06), what is said to its recall, update or replacement (15, 16), or that one
    sent is wanted back (13), with its reason.
    """
    named, _colon, code = wanted.key.rpartition(":")
    stream = named.removesuffix(ANSWER)
    direction, _colon, key = stream.partition(":")
    answers = stream != named
    event = next(
        each
        for each in _events(stream)
        if code in ([rules.answer_of(each.kind)] if answers else rules.statuses_of(each.kind, each.references))
    )
    reference, name = _sent(UUID(key), wanted) if direction == "outgoing" else _received(UUID(key))
    return edxml.emit(
        edxml.Status(
            sender=edxml.Organ(wanted.sender, name),
            response_for=reference,
            status=edxml.StatusCode(code),
            description=event.references.get("reason", ""),
            at=event.at,
        )
    )


def _events(stream: str) -> list[Event]:
    return list(Event.objects.filter(stream=stream, kind__in=rules.STATUS_EVENTS).order_by("version"))


def _received(key: UUID) -> tuple[edxml.Reference, str]:
    found = Delivery.objects.select_related("document__office").get(document=key)
    document = found.document
    reference = edxml.Reference(found.partner, document.notation, found.identifier, document.document_date)
    return reference, document.office.name


def _sent(key: UUID, wanted: Wanted) -> tuple[edxml.Reference, str]:
    """Raises :class:`NothingToSend` where the document never went out as a message."""
    found = OutgoingDocument.objects.select_related("office").get(pk=key)
    _require_sent(found, wanted.partner)
    organ = wanted.about.partition(",")[0]
    return edxml.Reference(organ, found.notation, wanted.about, found.document_date), found.office.name


def _require_sent(found: OutgoingDocument, partner: str) -> None:
    messages = sendings(DOCUMENT, message_keys(found))
    if not any(each.partner == partner and each.state == "sent" for each in messages):
        raise NothingToSend(_("The document was not sent to this agency."))

"""Recipients, issue and recall; numbers that are reserved and skipped."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force
from motcua.engines.exchange.queries import reachable
from motcua.kernel.blobs.actions import store_again
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import current_code
from motcua.services.correspondence.actions.arriving import Arrival, arrive
from motcua.services.correspondence.actions.moving import written
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.actions.outgoing.signing import next_of
from motcua.services.correspondence.models import (
    IncomingDocument,
    OutgoingAnnex,
    OutgoingDocument,
    Recipient,
    ReservedNumber,
)
from motcua.services.correspondence.rules.exchanged import identifier
from motcua.services.correspondence.types import DOCUMENT_TYPES

MOST_RECIPIENTS = 2_000
Way = Recipient.Way


@transaction.atomic
def add_recipient(
    key: UUID,
    *,
    way: str,
    office: UUID | None = None,
    name: str = "",
    address: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Recipient:
    """Add who gets the document: an office of this system, or a name with its code on the axis or its address.

    The name of a partner that can be reached need not be written.
    """
    sending = Sending.begin(key, "recipients", by=by, at=at)
    there = Recipient.objects.filter(document=key)
    if way not in Way.values:
        raise Refused(_("Say by which way it goes."), field="way", code="way")
    if there.count() >= MOST_RECIPIENTS:
        raise Refused(_("At most %(n)d recipients.") % {"n": MOST_RECIPIENTS}, code="too_many")
    found = None
    if way == Way.INSIDE:
        found = Office.objects.on(local_day(sending.at)).filter(pk=office).first()
        if found is None or found.pk == sending.document.office_id:
            raise Refused(_("Choose another office of this system."), field="office", code="office")
    who = found.name if found else name.strip()
    if way == Way.AXIS and not who:
        who = reachable([address.strip()], kind="document").get(address.strip(), "")
    if not who:
        raise Refused(_("Write who gets it."), field="name", code="required")
    if way in (Way.AXIS, Way.MAIL) and not address.strip():
        raise Refused(_("Write the identification code, or the address."), field="address", code="required")
    if there.filter(way=way, name=who[:200]).exists():
        raise Conflict(_("This recipient is there already."), field="name", code="there")
    made = Recipient.objects.create(
        document_id=key, way=way, office=found, name=who[:200], address=address.strip()[:250]
    )
    sending.tell("recipient_added", {"recipient": who, "way": way})
    return made


@transaction.atomic
def remove_recipient(key: UUID, *, recipient: UUID, by: Actor, at: datetime | None = None) -> None:
    """Take a recipient off again."""
    sending = Sending.begin(key, "recipients", by=by, at=at)
    found = Recipient.objects.filter(document=key, pk=recipient).first()
    if found is None:
        raise NotFound(_("There is no such recipient."))
    found.delete()
    sending.tell("recipient_removed", {"recipient": found.name, "way": found.way})


@transaction.atomic
def issue(key: UUID, *, by: Actor, at: datetime | None = None) -> OutgoingDocument:
    """Issue a sealed document (ban hành): offices of this system find it in their clerk's inbox at once.

    What goes to partners is sent by the exchange, which hears ``correspondence.issued``; what goes by mail or post, or
    to whom no line leads, by the clerk, and noted (:func:`note_sent`). A document that answers another is told there.
    """
    sending = Sending.begin(key, "issue", by=by, at=at)
    document = sending.document
    recipients = list(Recipient.objects.filter(document=key).order_by("id"))
    if not recipients:
        raise Refused(_("Name at least one recipient first."), code="no_recipient")
    document.state, document.issued_at = OutgoingDocument.State.ISSUED, sending.at
    code = current_code(document.office, local_day(sending.at))
    for each in recipients:
        if each.way == Way.AXIS and code:
            assert document.document_date is not None
            each.identifier = identifier(code, document.document_date, document.notation)[:140]
            each.save(update_fields=["identifier"])
        if each.way == Way.INSIDE:
            each.arrived = _deliver(sending, each)
            each.sent_at = sending.at
            each.save()
    told = [{"way": each.way, "name": each.name, "address": each.address, "id": str(each.pk)} for each in recipients]
    sending.tell("issued", {"notation": document.notation, "recipients": told})
    if document.answers_id is not None:
        _tell_answered(sending)
    return document


@transaction.atomic
def note_sent(key: UUID, *, recipient: UUID, by: Actor, at: datetime | None = None) -> None:
    """Note that a recipient outside of this system was sent the document. Raises ``NotFound`` for any other."""
    sending = Sending.begin(key, "note_sent", by=by, at=at)
    found = Recipient.objects.filter(document=key, pk=recipient, sent_at=None).exclude(way=Way.INSIDE).first()
    if found is None:
        raise NotFound(_("There is no such recipient."))
    found.sent_at = sending.at
    found.save(update_fields=["sent_at"])
    sending.tell("sent", {"recipient": found.name, "way": found.way})


def _deliver(sending: Sending, recipient: Recipient) -> IncomingDocument:
    """The document in the clerk's inbox of an office of this system, with files of its own."""
    document = sending.document
    code = current_code(document.office, local_day(sending.at))
    assert recipient.office_id is not None
    assert document.file is not None
    assert document.document_date is not None
    annexes = OutgoingAnnex.objects.filter(document=document).select_related("file").order_by("added_at", "id")
    originals: list[StoredFile] = [document.file, *(annex.file for annex in annexes)]
    files = [store_again(file, by=sending.by.account).pk for file in originals]
    arrival = Arrival(
        type=document.type,
        notation=document.notation,
        subject=document.subject,
        sender=document.office.name,
        sender_code=code,
        identifier=identifier(code, document.document_date, document.notation)[:120],
        document_date=document.document_date,
        urgency=document.urgency,
        circulation=document.circulation,
        pages=document.pages,
        signer_competence=document.signer_competence,
        signer_position=document.signer_position,
        signer_name=document.signer_name,
        files=files,
    )
    return arrive(arrival, office=recipient.office_id, channel=IncomingDocument.Channel.INSIDE, at=sending.at)


def _tell_answered(sending: Sending) -> None:
    """The story of the document that is answered says with what."""
    document = sending.document
    record(
        stream=f"incoming:{document.answers_id}",
        kind="correspondence.answered",
        actor=sending.by.account,
        agency=document.office_id,
        references={"notation": document.notation, "by": str(document.pk), **sending.by.references()},
        at=sending.at,
    )


@transaction.atomic
def recall(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Recall an issued document (thu hồi): it is frozen here; offices of this system that have not registered it yet
    lose it, others read in its story that it was recalled, and why.
    """
    sending = Sending.begin(key, "recall", by=by, at=at)
    why = written(reason, _("Say why it is recalled; the recipients read it."), "text")
    sending.document.state, sending.document.outcome = OutgoingDocument.State.RECALLED, why
    for each in Recipient.objects.filter(document=key, arrived__isnull=False).order_by("id"):
        _recall_there(sending, each, why)
    sending.tell("recalled", {"reason": why[:500], "notation": sending.document.notation})


def _recall_there(sending: Sending, recipient: Recipient, why: str) -> None:
    assert recipient.arrived_id is not None
    there = IncomingDocument.objects.select_for_update(of=("self",)).get(pk=recipient.arrived_id)
    if there.state == IncomingDocument.State.ARRIVED:
        there.state, there.closed_at = IncomingDocument.State.SENT_BACK, sending.at
    if there.state != IncomingDocument.State.DONE:  # how that was handled stays to be read
        there.outcome = why
    there.save()
    record(
        stream=there.stream,
        kind="correspondence.recall_heard",
        actor=None,
        agency=there.office_id,
        references={"state": there.state, "reason": why[:500]},
        at=sending.at,
    )


@transaction.atomic
def reserve_number(
    office: UUID,
    *,
    kind: str,
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> ReservedNumber:
    """Take the next number out of the row for a document to come (giữ số); it is used when that is sealed."""
    now = at or timezone.now()
    found = in_force(DOCUMENT_TYPES, local_day(now)).rules.find(kind)
    if found is None:
        raise Refused(_("Choose the type of the document."), field="type", code="type")
    why = written(reason, _("Say for what the number is reserved."), "reason")
    made = ReservedNumber.objects.create(
        office_id=office,
        series=found.series,
        year=local_day(now).year,
        number=next_of(office, found.series, at=now),
        reason=why[:300],
        at=now,
        by_id=by.account,
    )
    _tell_number(made, "number_reserved", by, now)
    return made


@transaction.atomic
def skip_number(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """A reserved number will not be used: it stays accounted for, with the reason."""
    now = at or timezone.now()
    found = ReservedNumber.objects.select_for_update().filter(pk=key, used_by=None, skipped_at=None).first()
    if found is None:
        raise Conflict(_("This number is not free any more."), code="reserved")
    found.reason = f"{found.reason} – {written(reason, _('Write the reason.'), 'reason')}"[:300]
    found.skipped_at = now
    found.save()
    _tell_number(found, "number_skipped", by, now)


def _tell_number(reserved: ReservedNumber, kind: str, by: Actor, at: datetime) -> None:
    record(
        stream=f"outgoing-numbers:{reserved.office_id}",
        kind=f"correspondence.{kind}",
        actor=by.account,
        agency=reserved.office_id,
        references={
            "series": reserved.series,
            "number": reserved.number,
            "year": reserved.year,
            "reason": reserved.reason,
            **by.references(),
        },
        at=at,
    )

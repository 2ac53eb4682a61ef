"""An issued document reaches the offices of this system, and is taken back from them: some at once, the rest by jobs.

Each batch is a transaction under the document's lock, and each delivery is noted on its recipient in it: however often
a job runs, an office gets the document once. A recall ends what is still to be delivered.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.composed import Composed
from motcua.kernel.events.actions import record_many
from motcua.kernel.events.rules import NewEvent
from motcua.kernel.writing import update
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import current_code
from motcua.services.correspondence import jobs
from motcua.services.correspondence.actions.arriving import Arrival, arrive_inside
from motcua.services.correspondence.actions.changing import change_earlier
from motcua.services.correspondence.actions.erasing import take_back
from motcua.services.correspondence.actions.moving import past
from motcua.services.correspondence.models import IncomingDocument, OutgoingAnnex, OutgoingDocument, Recipient
from motcua.services.correspondence.rules.exchanged import identifier
from motcua.services.correspondence.rules.outgoing import INSIDE_AT_ONCE

Way = Recipient.Way
State = OutgoingDocument.State
_documents, _annexes = Composed[OutgoingDocument](), Composed[OutgoingAnnex]()


@transaction.atomic(savepoint=False)
def deliver_some(key: UUID, *, at: datetime | None = None) -> bool:
    """Put an issued document into the clerk's list of the next offices; whether others still wait for theirs."""
    document = _locked(key, State.ISSUED)
    if document is None:
        return False
    waiting = Recipient.objects.filter(document=document, way=Way.INSIDE, arrived=None).order_by("id")
    some = list(waiting[: INSIDE_AT_ONCE + 1])
    record_many(_served(document, some[:INSIDE_AT_ONCE], at or timezone.now()))
    return len(some) > INSIDE_AT_ONCE


def _served(document: OutgoingDocument, some: Sequence[Recipient], at: datetime) -> list[NewEvent]:
    """Put a document, which is locked, into the clerk's list of some offices; what is to be told of it there."""
    if not some:
        return []
    arrival, originals = _what_goes(document, at)
    offices = [each.office_id for each in some if each.office_id is not None]
    arrived, told = arrive_inside(arrival, originals, offices=offices, at=at)
    for each in some:
        assert each.office_id is not None
        each.arrived, each.sent_at = arrived[each.office_id], at
    update(some, ["arrived", "sent_at"])
    _change_earlier(document, some, at)
    return told


def _what_goes(document: OutgoingDocument, at: datetime) -> tuple[Arrival, list[StoredFile]]:
    """The document as its receivers get it, and its files; three statements."""
    key = document.pk
    # Read after the lock: one that had to wait for it would see the file that was there before.
    (joined,) = _documents(lambda: OutgoingDocument.objects.select_related("office", "file").filter(pk=key), [key])
    annexes = _annexes(
        lambda: OutgoingAnnex.objects.filter(document=key).select_related("file").order_by("added_at", "id"), [key]
    )
    assert joined.file is not None
    return _arrival(joined, at), [joined.file, *(annex.file for annex in annexes)]


@transaction.atomic
def recall_some(key: UUID, *, at: datetime | None = None) -> bool:
    """Take a recalled document from the next offices that have it; whether others still have it."""
    document = _locked(key, State.RECALLED)
    if document is None:
        return False
    there = Recipient.objects.filter(document=document, way=Way.INSIDE, arrived__isnull=False).order_by("id")
    left = there.exclude(arrived__state=IncomingDocument.State.RECALLED)
    arrived = left.values_list("arrived_id", flat=True)[:INSIDE_AT_ONCE]
    take_back([key for key in arrived if key is not None], reason=document.outcome, at=at or timezone.now())
    return left.exists()


def _change_earlier(document: OutgoingDocument, some: Sequence[Recipient], at: datetime) -> None:
    """Where offices have the document that this one replaces, corrects or updates, that one says so."""
    if document.related_id is None:
        return
    offices = {each.office_id: each.arrived for each in some}
    before = Recipient.objects.filter(document=document.related_id, office__in=offices, arrived__isnull=False)
    rows = before.order_by("id").values_list("office", "arrived")
    by = {earlier: arrived for office, earlier in rows if earlier and (arrived := offices[office])}
    change_earlier(by, how=document.relation, reason="", at=at)


def deliver(document: OutgoingDocument, recipients: Sequence[Recipient], *, at: datetime) -> list[NewEvent]:
    """Serve the first offices of those that get a locked document now, and the rest by a job, in the caller's
    transaction; what is to be told of it there."""
    waiting = [each for each in recipients if each.way == Way.INSIDE and each.arrived_id is None]
    if len(waiting) > INSIDE_AT_ONCE:
        jobs.deliver_inside.defer(document=str(document.pk))
    return _served(document, waiting[:INSIDE_AT_ONCE], at)


def take_back_everywhere(document: OutgoingDocument, *, at: datetime) -> None:
    """Take a recalled document from the first offices now, from the rest by a job, in the caller's transaction."""
    take_back(_refused_before(document, at), reason=document.outcome, at=at)
    if recall_some(document.pk, at=at):
        jobs.recall_inside.defer(document=str(document.pk))


def _refused_before(document: OutgoingDocument, at: datetime) -> list[UUID]:
    """What offices have sent back of a document before they were sent it again."""
    sent = _arrival(document, at)
    left = IncomingDocument.objects.filter(identifier=sent.identifier, sender_code=sent.sender_code, sent_as=None)
    of_its_own = Recipient.objects.filter(document=document, way=Way.INSIDE).values("office")
    left = left.filter(office__in=of_its_own, state=IncomingDocument.State.SENT_BACK)
    return list(left.order_by("pk").values_list("pk", flat=True))


def _locked(key: UUID, state: State) -> OutgoingDocument | None:
    return OutgoingDocument.objects.select_for_update(of=("self",)).filter(pk=key, state=state).first()


def _arrival(document: OutgoingDocument, at: datetime) -> Arrival:
    """The document as its receivers get it; a day by which to answer that is over binds nobody."""
    assert document.document_date is not None
    assert document.issued_at is not None
    code = current_code(document.office, local_day(document.issued_at))
    return Arrival(
        type=document.type,
        notation=document.notation,
        subject=document.subject,
        sender=document.office.name,
        sender_code=code,
        identifier=identifier(code, document.document_date, document.notation),
        document_date=document.document_date,
        urgency=document.urgency,
        circulation=document.circulation,
        pages=document.pages,
        due_on=None if past(document.due_on, at) else document.due_on,
        signer_competence=document.signer_competence,
        signer_position=document.signer_position,
        signer_name=document.signer_name,
    )

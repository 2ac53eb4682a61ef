"""What documents do when they hear of events: search entries, answers of signers, raised signatures, messages."""

from uuid import UUID

from django.db import transaction

from motcua.engines.exchange import outbox
from motcua.engines.signing.models import TransactionState
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.people.officers.queries import ended_positions
from motcua.services.correspondence import jobs, searching
from motcua.services.correspondence.actions import raising, recognising
from motcua.services.correspondence.actions.outgoing.again import DOCUMENT
from motcua.services.correspondence.actions.outgoing.hearing import note_delivered
from motcua.services.correspondence.exchanging import planning
from motcua.services.correspondence.models import ArrivalStamp, DocumentCopy, OutgoingSigning

outbox.feed("correspondence", kinds=planning.EVENTS, plan=planning.messages_of)


def keys_of(batch: list[Event], kind: str) -> set[UUID]:
    """The documents of one direction (``incoming``, ``outgoing``) that events are about."""
    return {UUID(each.stream.removeprefix(f"{kind}:")) for each in batch if each.stream.startswith(f"{kind}:")}


@subscriber("correspondence.search", kinds=("correspondence.*",))
def index(batch: list[Event]) -> None:
    """Write the search entries of the documents that something happened to, and have their new files read."""
    incoming, outgoing_ = keys_of(batch, "incoming"), keys_of(batch, "outgoing")
    searching.index_incoming(incoming)
    searching.index_outgoing(outgoing_)
    with transaction.atomic():
        for digest in searching.unread(incoming=incoming, outgoing=outgoing_):
            jobs.read_contents.defer(digest=digest)


@subscriber("correspondence.succession", kinds=("officer.left",))
def follow(batch: list[Event]) -> None:
    """Have the documents of officers who leave taken over."""
    with transaction.atomic():
        for event in batch:
            told = event.references
            jobs.hand_over.defer(officer=told["officer"], to=told["hand_over_to"])


@subscriber("correspondence.recognising", kinds=recognising.EVENTS, from_now=True)
def recognise(batch: list[Event]) -> None:
    """Have the text of files recognised that came on paper."""
    with transaction.atomic():
        recognising.have_recognised(batch)


@subscriber("correspondence.moves", kinds=("officer.position_ended",), from_now=True)
def follow_moves(batch: list[Event]) -> None:
    """Have given anew what officers had who go on elsewhere, when they are gone."""
    with transaction.atomic():
        for ended in ended_positions(batch):
            later = jobs.leave_unit.configure(schedule_at=ended.gone)
            later.defer(officer=str(ended.officer), office=str(ended.office))


@subscriber("correspondence.signing", kinds=("signing.*",))
def conclude_signings(batch: list[Event]) -> None:
    """Have what signers answered put into the documents, also when nobody looks at the page that waits for it."""
    ended = {UUID(event.stream.removeprefix("signing:")) for event in batch if event.stream.startswith("signing:")}
    waiting = OutgoingSigning.objects.filter(transaction__in=ended, state=OutgoingSigning.State.WAITING)
    copies = DocumentCopy.objects.filter(transaction__in=ended, state=DocumentCopy.State.WAITING)
    stamps = ArrivalStamp.objects.filter(transaction__in=ended, state=ArrivalStamp.State.WAITING)
    final, *others = (
        rows.exclude(transaction__state=TransactionState.WAITING).values_list("transaction_id", flat=True)
        for rows in (waiting, copies, stamps)
    )
    keys = final.union(*others)
    with transaction.atomic():
        for key in keys.order_by("transaction_id"):
            jobs.conclude_signing.defer(signing=str(key))


@subscriber("correspondence.raised", kinds=("signing.upgraded",))
def take_raised(batch: list[Event]) -> None:
    """Keep the versions of documents, copies and stamped files whose signatures can be verified for longer."""
    for event in batch:
        if event.references["subject"].startswith(("incoming:", "outgoing:")):
            old, new = (UUID(event.references[name]) for name in ("old_file", "new_file"))
            raising.take_raised(old_file=old, new_file=new)


@subscriber("correspondence.delivered", kinds=("exchange.sent",), from_now=True)
def note_what_was_delivered(batch: list[Event]) -> None:
    """Note that partners have taken the messages of documents."""
    for event in batch:
        if event.references["message_kind"] == DOCUMENT:
            partner = event.stream.removeprefix("exchange:")
            note_delivered(partner=partner, identifier=event.references["about"], at=event.at)

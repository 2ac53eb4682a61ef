"""Which messages follow from an event: the document to every partner, the states of received ones to their sender."""

from uuid import UUID

from motcua.engines.exchange.kinds import Wanted
from motcua.engines.exchange.queries import reachable
from motcua.kernel.events.models import Event
from motcua.services.correspondence.actions.outgoing.again import DOCUMENT, SENT_AGAIN, key_again
from motcua.services.correspondence.actions.outgoing.correcting import CORRECTED
from motcua.services.correspondence.models import Delivery, Recipient
from motcua.services.correspondence.rules import exchanged as rules

STATUS = "status"
ANSWER = ":answer"  # in the key of a message that answers an update or replacement
ISSUED = ("correspondence.issued", "correspondence.issued_to")
EVENTS = (*ISSUED, SENT_AGAIN, CORRECTED, *rules.STATUS_EVENTS)


def messages_of(event: Event) -> list[Wanted]:
    """What is to be sent because of an event; once however often it is asked, since the keys are the same."""
    direction, _colon, key = event.stream.partition(":")
    if direction == "outgoing":
        return _to_recipients(event, UUID(key))
    found = Delivery.objects.select_related("earlier__delivery").filter(document=UUID(key)).first()
    if found is None or not (keys := _keys(event, found)) or not reachable([found.partner], kind=STATUS):
        return []
    return [
        Wanted(partner=found.partner, kind=STATUS, about=found.identifier, key=key, sender=found.receiver)
        for key in keys
    ]


def _keys(event: Event, found: Delivery) -> list[str]:
    """The states that a partner is told; of an update or replacement also whether it was agreed to."""
    codes = rules.statuses_of(event.kind, event.references)
    if found.kind == Delivery.Kind.NEW:
        return [f"{event.stream}:{code}" for code in codes]
    earlier: Delivery | None = getattr(found.earlier, "delivery", None)
    if earlier is not None and earlier.identifier == found.identifier:
        codes = rules.statuses_of_same(codes)
    answer = rules.answer_of(event.kind)
    return [*(f"{event.stream}:{code}" for code in codes), *([f"{event.stream}{ANSWER}:{answer}"] if answer else [])]


def _to_recipients(event: Event, document: UUID) -> list[Wanted]:
    """The document, or the wish to have it back, to every partner that can be reached; the document again, or its
    corrected data, to those that the event names.
    """
    rows = Recipient.objects.filter(document=document, way=Recipient.Way.AXIS).exclude(identifier="")
    if event.kind == CORRECTED:
        rows = rows.filter(address__in=event.references["asked"])
    elif event.kind == SENT_AGAIN:
        rows = rows.filter(pk__in=[each["id"] for each in event.references["recipients"]])
    there = dict(rows.order_by("id").values_list("address", "identifier"))
    kind, keys = DOCUMENT, [str(document)]
    if event.kind == CORRECTED:
        keys = [f"{document}:{event.version}"]
    elif event.kind == SENT_AGAIN:
        keys = [key_again(document, event.version)]
    elif event.kind not in ISSUED:
        kind, codes = STATUS, rules.statuses_of(event.kind, event.references)
        keys = [f"{event.stream}:{code}" for code in codes]
    return [
        Wanted(
            partner=partner,
            kind=kind,
            about=there[partner],
            key=key,
            sender=there[partner].partition(",")[0],
        )
        for key in keys
        for partner in reachable(there, kind=kind)
    ]

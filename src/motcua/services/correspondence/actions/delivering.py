"""Documents come in messages of partners, who may want them back: the clerk agrees or declines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.exchange.actions import erase_received
from motcua.kernel.errors import Conflict
from motcua.kernel.text.typed import TOLD, written
from motcua.people.officers.actors import HOUSE, Actor
from motcua.services.correspondence.actions.arriving import Arrival, arrive
from motcua.services.correspondence.actions.changing import change_earlier
from motcua.services.correspondence.actions.erasing import end_tasks, erase_files
from motcua.services.correspondence.actions.moving import GONE, Moving
from motcua.services.correspondence.models import Delivery, IncomingDocument

State, Recall = IncomingDocument.State, Delivery.Recall


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a message says of itself. ``earlier``: the identifier of the document that it updates or replaces, with the
    ``reason``; ``also``: those of the others that it replaces.
    """

    partner: str
    receiver: str
    identifier: str
    kind: int
    earlier: str
    signature: Mapping[str, Any]
    remarks: Sequence[tuple[str, str]]
    also: Sequence[str] = ()
    reason: str = ""
    letter: UUID | None = None  # the exchange's key of the message


@transaction.atomic
def deliver(
    arrival: Arrival, sent: Sent, *, files: Sequence[UUID], office: UUID, at: datetime
) -> IncomingDocument | None:
    """Take in what a partner sent to an office; None where it has this document already. An update has the identifier
    of what it updates: it comes as a document of its own, joined to the earlier one, which stays and says so. So does
    each of several that are replaced; those that are not here are remarked to the clerk. Raises as :func:`arrive`.
    """
    earlier, also = None, dict[str, UUID]()
    if sent.kind == Delivery.Kind.NEW:
        if _there(sent.partner, sent.identifier, office).exists():
            return None
    else:
        earlier = _last(sent, sent.earlier, office)
        found = {identifier: _last(sent, identifier, office) for identifier in sent.also}
        also = {identifier: key for identifier, key in found.items() if key is not None and key != earlier}
        if _there(sent.partner, sent.identifier, office).exists():
            arrival = replace(arrival, identifier="")
    document = arrive(
        replace(arrival, files=tuple(files)), office=office, channel=IncomingDocument.Channel.AXIS, by=HOUSE, at=at
    )
    missing = [("replaced", identifier) for identifier in sent.also if identifier not in also]
    row, made = Delivery.objects.get_or_create(
        document=document,
        defaults={
            "partner": sent.partner,
            "receiver": sent.receiver,
            "identifier": sent.identifier,
            "kind": sent.kind,
            "signature": dict(sent.signature),
            "remarks": [list(each) for each in (*sent.remarks, *missing)],
            "earlier_id": earlier,
            "reason": sent.reason,
            "letter": sent.letter,
        },
    )
    if made:
        if also:
            row.also.set(IncomingDocument.objects.filter(pk__in=also.values()))
        how = "replaces" if sent.kind == Delivery.Kind.REPLACEMENT else "updates"
        changed = {*also.values(), *([earlier] if earlier else [])}
        change_earlier(dict.fromkeys(changed, document), how=how, reason=sent.reason, at=at)
    return document


def _last(sent: Sent, identifier: str, office: UUID) -> UUID | None:
    """The latest document that the partner sent to the office under an identifier."""
    rows = _there(sent.partner, identifier, office).order_by("-id").values_list("document", flat=True)
    found: UUID | None = rows.first()
    return found


def _there(partner: str, identifier: str, office: UUID) -> Any:
    rows = Delivery.objects.filter(partner=partner, identifier=identifier, document__office=office)
    return rows.exclude(document__state__in=GONE)


@transaction.atomic
def hear_recall(*, partner: str, identifier: str, reason: str, at: datetime) -> bool:
    """A partner wants a document back: every office that has it is asked. False where it never came."""
    rows = Delivery.objects.filter(partner=partner, identifier=identifier).order_by("id")
    if not rows.exists():
        return False
    for found in rows.filter(recall=Recall.NONE).exclude(document__state__in=GONE):
        moving = Moving.begin(found.document_id, "agree_recall", by=HOUSE, at=at)
        found.recall, found.recall_reason = Recall.ASKED, reason.strip()
        found.save(update_fields=["recall", "recall_reason"])
        moving.tell("recall_asked", {"reason": found.recall_reason[:TOLD]})  # the row has it whole
    return True


@transaction.atomic
def agree_recall(key: UUID, *, by: Actor, text: str = "", at: datetime | None = None) -> None:
    """Give a document back: open tasks end, its files are destroyed, and with the last office that had it the message
    in which it came; that it was here stays told.
    """
    moving, found = _asked(key, "agree_recall", by, at)
    why = written(text, longest=TOLD)
    ended = end_tasks([moving], found.recall_reason)[key]
    found.recall = Recall.AGREED
    found.save(update_fields=["recall"])
    moving.close(State.RECALLED, found.recall_reason)
    destroyed = erase_files([key], at=moving.at)[key]
    moving.tell("recall_agreed", {"reason": why, "ended": ended, "destroyed": destroyed})
    _erase_message(found, moving.at)


def _erase_message(found: Delivery, at: datetime) -> None:
    """The message itself holds the files, too; it goes when no office of this house keeps the document."""
    together = Delivery.objects.filter(letter=found.letter).exclude(recall=Recall.AGREED)
    if found.letter is not None and not together.exclude(document__state__in=GONE).exists():
        erase_received([found.letter], at=at)


@transaction.atomic
def decline_recall(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Keep a document that its sender wants back; the sender reads why."""
    moving, found = _asked(key, "decline_recall", by, at)
    why = written(reason, _("Say why it is not given back; the sender reads it."), "text", TOLD)
    found.recall = Recall.DECLINED
    found.save(update_fields=["recall"])
    moving.tell("recall_declined", {"reason": why})


def _asked(key: UUID, act: str, by: Actor, at: datetime | None) -> tuple[Moving, Delivery]:
    moving = Moving.begin(key, act, by=by, at=at)
    found = Delivery.objects.filter(document=key, recall=Recall.ASKED).first()
    if found is None:
        raise Conflict(_("The document has moved meanwhile. Please look at it again."), code="state")
    return moving, found

"""What partners let us know of documents that were sent to them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from motcua.engines.exchange.edxml import Reference
from motcua.kernel.events.actions import record
from motcua.kernel.text.typed import TOLD
from motcua.services.correspondence.models import OutgoingDocument, Recipient
from motcua.services.correspondence.rules import exchanged as rules


@transaction.atomic
def note_delivered(*, partner: str, identifier: str, at: datetime) -> None:
    """A partner has taken the message of a document."""
    rows = Recipient.objects.select_for_update(of=("self",)).select_related("document")
    for found in rows.filter(address=partner, identifier=identifier, sent_at=None).order_by("id"):
        found.sent_at = at
        found.save(update_fields=["sent_at"])
        _tell(found, "sent", {"recipient": found.name, "way": found.way}, at)


@transaction.atomic
def hear_status(*, partner: str, about: Reference, status: str, note: str, at: datetime) -> bool:
    """How far a partner is with a document, or what it says to an update or replacement; what comes late or again
    changes nothing. False for one that was not sent there.

    Who tells no ``DocumentId`` is understood by notation and day.
    """
    named = Q(identifier=about.document_id)
    if not about.document_id:
        named = Q(document__notation=about.code, document__document_date=about.on) & ~Q(identifier="")
    rows = Recipient.objects.select_for_update(of=("self",)).select_related("document")
    heard = list(rows.filter(named, address=partner).order_by("id"))
    for found in heard:
        if _is_answer(found, status):
            found.answer, found.answer_at, found.answer_note = status, at, note.strip()
            found.save(update_fields=["answer", "answer_at", "answer_note"])
            told = {"recipient": found.name, "status": status, "reason": found.answer_note[:TOLD]}
            _tell(found, "change_answered", told, at)
        elif rules.advances(found.standing, status):
            found.standing, found.standing_at, found.standing_note = status, at, note.strip()
            found.save(update_fields=["standing", "standing_at", "standing_note"])
            told = {"recipient": found.name, "status": status, "reason": found.standing_note[:TOLD]}
            _tell(found, "status_heard", told, at)
    return bool(heard)


def _is_answer(found: Recipient, status: str) -> bool:
    """Whether 15 or 16 speak of the update or replacement: once a document is recalled, they speak of that."""
    waits = found.answer == Recipient.Answer.ASKED and found.document.state == OutgoingDocument.State.ISSUED
    return waits and status in (Recipient.Answer.AGREED, Recipient.Answer.DECLINED)


def _tell(recipient: Recipient, kind: str, told: dict[str, Any], at: datetime) -> None:
    document = recipient.document
    record(
        stream=document.stream,
        kind=f"correspondence.{kind}",
        actor=None,
        agency=document.office_id,
        references={"state": document.state, **told},
        at=at,
    )

"""What a recipient has refused, or no line could bring, is sent again: a new message of the same document.

The signed document stays as it is; what the message says of it is read anew, so that data that were corrected in
between are right. The refusal stays in the story.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.exchange.actions import leave_dead
from motcua.engines.exchange.queries import Sending as Message
from motcua.engines.exchange.queries import reachable, sendings
from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.kernel.text.typed import TOLD, written
from motcua.people.officers.actors import Actor
from motcua.services.correspondence.actions.outgoing.issuing import send_to
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument, Recipient

DOCUMENT = "document"  # the kind of its messages
SENT_AGAIN = "correspondence.sent_again"
_AGAIN = ":again:"  # in the key of a message after the first
NOT_BROUGHT = ("dead", "left")


def key_again(document: UUID | str, version: int) -> str:
    """The key of the message that follows from the event ``version`` of a document."""
    return f"{document}{_AGAIN}{version}"


def brings_document(key: str) -> bool:
    """Whether a message is of the document itself, and not of its corrected data."""
    return ":" not in key or _AGAIN in key


def message_keys(document: OutgoingDocument) -> list[str]:
    """The keys of the messages that bring a document, in their order; one statement."""
    again = Event.objects.filter(stream=document.stream, kind=SENT_AGAIN).order_by("version")
    return [str(document.pk), *(key_again(document.pk, each) for each in again.values_list("version", flat=True))]


def last_messages(document: OutgoingDocument) -> dict[str, Message]:
    """The last message that brings a document to each partner, by its code; two statements."""
    keys = message_keys(document)
    found = sorted(sendings(DOCUMENT, keys), key=lambda each: keys.index(each.key))
    return {each.partner: each for each in found}


def is_refused(recipient: Recipient, message: Message | None) -> bool:
    """Whether a recipient has sent the document back, or its message could not be brought."""
    if recipient.way == Recipient.Way.INSIDE:
        return recipient.arrived is not None and recipient.arrived.state == IncomingDocument.State.SENT_BACK
    if recipient.way != Recipient.Way.AXIS or not recipient.identifier:
        return False
    lost = message is not None and message.state in NOT_BROUGHT and recipient.sent_at is None
    return recipient.standing == Recipient.Standing.REFUSED or lost


@transaction.atomic
def send_again(key: UUID, *, recipient: UUID, reason: str, by: Actor, at: datetime | None = None) -> Recipient:
    """Send an issued document again to a recipient that did not take it.

    Raises ``NotFound`` for another's recipient, ``Conflict`` for one that has not refused it (any more), ``Refused``
    without a reason or where no line leads there.
    """
    sending = Sending.begin(key, "issue_to", by=by, at=at)
    why = written(reason, _("Say why it is sent again, and what was mended."), "reason", TOLD)
    rows = Recipient.objects.select_related("arrived").filter(document=key)
    found = rows.filter(pk=recipient).first()
    if found is None:
        raise NotFound(_("There is no such recipient."))
    message = last_messages(sending.document).get(found.address) if found.way == Recipient.Way.AXIS else None
    if not is_refused(found, message):
        raise Conflict(_("The document has moved meanwhile. Please look at it again."), code="state")
    if found.way == Recipient.Way.AXIS:
        if not reachable([found.address], kind=DOCUMENT):
            raise Refused(_("No line leads to this agency now."), code="unroutable")
        if message is not None and message.state == "dead":
            assert by.account is not None
            leave_dead(DOCUMENT, message.key, partner=found.address, reason=why, by=by.account, at=sending.at)
    _forget_refusal(found)
    send_to(sending, "sent_again", [found], reason=why)
    return found


def _forget_refusal(recipient: Recipient) -> None:
    """A recipient stands as before it was sent anything; the story keeps what it said."""
    recipient.arrived, recipient.sent_at, recipient.standing_at, recipient.answer_at = None, None, None, None
    recipient.standing, recipient.standing_note, recipient.answer, recipient.answer_note = "", "", "", ""
    recipient.save()

"""Recipients; issue to them, also to some later; recall from them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from motcua.engines.exchange.queries import reachable
from motcua.kernel.composed import Composed
from motcua.kernel.errors import Conflict, Invalid, NotFound, Refused
from motcua.kernel.events.actions import record, record_many
from motcua.kernel.text.typed import TOLD, too_long, written
from motcua.kernel.writing import update
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import current_code
from motcua.services.correspondence.actions.outgoing.inside import deliver, take_back_everywhere
from motcua.services.correspondence.actions.outgoing.mailed import is_mail_address, queue_mails
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.models import IncomingDocument, OutgoingDocument, Recipient
from motcua.services.correspondence.rules.exchanged import identifier

MOST_RECIPIENTS = 2_000
LONGEST = {"name": 200, "address": 250}
Way = Recipient.Way
BY_CLERK = frozenset({Way.AXIS, Way.MAIL, Way.POST})  # what no line and no desk brings
CHOSEN_WAYS = BY_CLERK | {Way.INSIDE}
_recipients = Composed[Recipient]()


@transaction.atomic
def add_recipient(
    key: UUID,
    *,
    way: str,
    office: UUID | None = None,
    name: str = "",
    address: str = "",
    reason: str = "",
    by: Actor,
    at: datetime | None = None,
) -> Recipient:
    """Add who gets the document: an office of this system, or a name with its code on the axis or its address.

    The name of a partner that can be reached need not be written. Once the document is handed in the recipients stand
    on it: then it needs a ``reason``, which its story keeps.
    """
    sending = Sending.begin(key, "recipients", by=by, at=at)
    sending.require_unsigned()
    made = _made(sending, way, office, name, address)
    sending.tell("recipient_added", {"recipient": made.name, "way": way, **_why(sending, reason)})
    return made


def _why(sending: Sending, reason: str) -> dict[str, str]:
    """Why recipients that stand on the document already are changed; nothing is asked for a draft."""
    if sending.document.state == OutgoingDocument.State.DRAFT:
        return {}
    asks = _("Write why: the recipients stand on the document already.")
    return {"reason": written(reason, asks, "reason", TOLD)}


def _made(sending: Sending, way: str, office: UUID | None, name: str, address: str) -> Recipient:
    """A recipient more. Raises ``Refused`` for one that cannot be reached so, ``Conflict`` for one that is there."""
    key, there = sending.document.pk, Recipient.objects.filter(document=sending.document)
    if way not in CHOSEN_WAYS:
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
    if way == Way.MAIL and not is_mail_address(address.strip()):
        raise Refused(_("Write an e-mail address, such as name@example.vn."), field="address", code="email")
    if errors := too_long({"name": who, "address": address}, LONGEST):
        raise Invalid(_("Some answers need your attention."), errors=errors)
    if found is not None and (again := _sent_back_by(there, found)) is not None:
        return again
    # An office that has another name by now is the same office.
    if there.filter(Q(way=way, name=who) | Q(office=found, office__isnull=False)).exists():
        raise Conflict(_("This recipient is there already."), field="name", code="there")
    return Recipient.objects.create(document_id=key, way=way, office=found, name=who, address=address.strip())


def _sent_back_by(there: "QuerySet[Recipient]", office: Office) -> Recipient | None:
    """The recipient that an office is, where it has sent the document back: it gets it anew."""
    found = there.filter(office=office, arrived__state=IncomingDocument.State.SENT_BACK).first()
    if found is not None:
        found.arrived, found.sent_at = None, None
        found.save(update_fields=["arrived", "sent_at"])
    return found


@transaction.atomic
def remove_recipient(key: UUID, *, recipient: UUID, reason: str = "", by: Actor, at: datetime | None = None) -> None:
    """Take a recipient off again; ``reason`` as for :func:`add_recipient`."""
    sending = Sending.begin(key, "recipients", by=by, at=at)
    sending.require_unsigned()
    found = Recipient.objects.filter(document=key, pk=recipient).first()
    if found is None:
        raise NotFound(_("There is no such recipient."))
    why = _why(sending, reason)
    found.delete()
    sending.tell("recipient_removed", {"recipient": found.name, "way": found.way, **why})


@transaction.atomic
def issue(key: UUID, *, by: Actor, at: datetime | None = None) -> OutgoingDocument:
    """Issue a sealed document (ban hành): offices of this system find it in their clerk's inbox, the first
    ``INSIDE_AT_ONCE`` at once and the others within moments, by a job.

    What goes to partners is sent by the exchange, which hears ``correspondence.issued``; what goes by e-mail by a job,
    where the house has a mail server. What goes by post, or to whom no line leads, is sent by the clerk and noted
    (:func:`note_sent`). A document that answers another is told there.
    """
    sending = Sending.begin(key, "issue", by=by, at=at)
    document = sending.document
    recipients = _recipients(lambda: Recipient.objects.filter(document=key).order_by("id"), [key])
    if not recipients:
        raise Refused(_("Name at least one recipient first."), code="no_recipient")
    document.state, document.issued_at = OutgoingDocument.State.ISSUED, sending.at
    announce(sending, recipients)
    return document


def announce(sending: Sending, recipients: Sequence[Recipient]) -> None:
    """Tell that a document is issued, and have it reach its recipients; in the caller's transaction."""
    send_to(sending, "issued", recipients)
    if sending.document.answers_id is not None:
        _tell_answered(sending)


def send_to(sending: Sending, kind: str, recipients: Sequence[Recipient], **why: str) -> None:
    """Have a document reach its recipients, and tell it there and here at once."""
    document = sending.document
    _name_messages(sending, recipients)
    update([document])
    arrived = deliver(document, recipients, at=sending.at)
    queue_mails(document, recipients)
    told = {"notation": document.notation, "recipients": [_told(each) for each in recipients], **why}
    record_many([sending.fact(kind, told), *arrived])


def _name_messages(sending: Sending, recipients: Sequence[Recipient]) -> None:
    """Give the messages to partners their ``DocumentId``."""
    document = sending.document
    assert document.document_date is not None
    to_partners = [each for each in recipients if each.way == Way.AXIS]
    code = current_code(document.office, local_day(sending.at)) if to_partners else ""
    if not code:
        return
    before = _sent_before(document, [each.address for each in to_partners])
    for each in to_partners:
        each.identifier = identifier(code, document.document_date, document.notation)[:140]
        if each.address in before:
            each.amends, each.answer = before[each.address], Recipient.Answer.ASKED
    Recipient.objects.bulk_update(to_partners, ["identifier", "amends", "answer"])


def _sent_before(document: OutgoingDocument, partners: Sequence[str]) -> dict[str, str]:
    """What the partners know the document by that is replaced, corrected or updated; of those that were sent it."""
    if document.related_id is None:
        return {}
    rows = Recipient.objects.filter(document=document.related_id, way=Way.AXIS, address__in=partners)
    return dict(rows.exclude(identifier="").order_by("id").values_list("address", "identifier"))


def _told(recipient: Recipient) -> dict[str, str]:
    return {"way": recipient.way, "name": recipient.name, "address": recipient.address, "id": str(recipient.pk)}


@transaction.atomic
def issue_to(
    key: UUID,
    *,
    way: str,
    office: UUID | None = None,
    name: str = "",
    address: str = "",
    reason: str,
    by: Actor,
    at: datetime | None = None,
) -> Recipient:
    """Send an issued document to one more recipient (gửi bổ sung), at once; as :func:`add_recipient` and issuing."""
    sending = Sending.begin(key, "issue_to", by=by, at=at)
    made = _made(sending, way, office, name, address)
    send_to(sending, "issued_to", [made], **_why(sending, reason))
    return made


@transaction.atomic
def note_sent(key: UUID, *, recipient: UUID, by: Actor, at: datetime | None = None) -> None:
    """Note that a recipient outside of this system was sent the document. Raises ``NotFound`` for any other."""
    sending = Sending.begin(key, "note_sent", by=by, at=at)
    waiting = Recipient.objects.filter(document=key, sent_at=None, way__in=BY_CLERK)
    found = waiting.exclude(mailing=Recipient.Mailing.QUEUED).filter(pk=recipient).first()
    if found is None:
        raise NotFound(_("There is no such recipient."))
    found.sent_at = sending.at
    found.save(update_fields=["sent_at"])
    sending.tell("sent", {"recipient": found.name, "way": found.way})


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
    """Recall an issued document (thu hồi): it is frozen here, and destroyed with every office of this system that has
    it, the first ``INSIDE_AT_ONCE`` at once; the trace stays. Partners are asked (:mod:`exchanging`).
    """
    sending = Sending.begin(key, "recall", by=by, at=at)
    why = written(reason, _("Say why it is recalled; the recipients read it."), "text", TOLD)
    sending.document.state, sending.document.outcome = OutgoingDocument.State.RECALLED, why
    sending.tell("recalled", {"reason": why, "notation": sending.document.notation})
    take_back_everywhere(sending.document, at=sending.at)

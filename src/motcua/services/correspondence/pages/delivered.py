"""Documents that partners send and get, and how far recipients are with those sent, as pages tell of them."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.engines.exchange.edxml.signatures import SignatureState
from motcua.engines.exchange.queries import Sending, sendings
from motcua.kernel.events.models import Event
from motcua.kernel.text import local_datetime
from motcua.services.correspondence.access import Outgoing
from motcua.services.correspondence.actions.outgoing.again import (
    DOCUMENT,
    SENT_AGAIN,
    brings_document,
    is_refused,
    key_again,
)
from motcua.services.correspondence.actions.outgoing.correcting import CORRECTED
from motcua.services.correspondence.actions.outgoing.issuing import BY_CLERK
from motcua.services.correspondence.models import Delivery, OutgoingDocument, Recipient
from motcua.services.correspondence.outgoing_queries import being_recalled, on_their_way_inside


def delivery_facts(sent: Delivery) -> list[dict[str, Any]]:
    """From whom a document came, what the message did, and what its signature was worth."""
    state, signer = sent.signature["state"], sent.signature.get("signer", "")
    verdict = {
        SignatureState.TRUSTED: _("Valid, by a trusted authority"),
        SignatureState.WHOLE: _("Nothing was changed; no authority here vouches for the signer"),
    }.get(state, _("None that can be checked"))
    rows = [
        (_("Message from"), sent.partner),
        (_("Message"), sent.get_kind_display()),
        (_("Signature of the message"), f"{verdict} ({signer})" if signer else verdict),
        (_("Why it is updated or replaced"), sent.reason),
        (_("Recall"), sent.get_recall_display() if sent.recall else ""),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def inside_of(recipient: Recipient) -> str:
    """How an office of this system stands with a document, and why where it does not take it."""
    arrived = recipient.arrived
    if arrived is None:
        return ""
    said = str(arrived.get_state_display())
    return f"{said}: {arrived.outcome}" if arrived.state == arrived.State.SENT_BACK else said


def mailed_of(recipient: Recipient) -> str:
    """How far the house is with sending a document to a recipient by e-mail; nothing once it is sent."""
    if recipient.mailing == Recipient.Mailing.FAILED and recipient.sent_at is None:
        return _("Could not be delivered: %(why)s") % {"why": recipient.fault}
    return _("On its way") if recipient.mailing == Recipient.Mailing.QUEUED else ""


def remarks_of(sent: Delivery) -> list[str]:
    """What the message said that was not taken over, for the clerk to compare."""
    texts = {
        "type": _("The sender's type of document is not known here: “%(about)s”."),
        "date": _("The message bears a date to come: %(about)s."),
        "due": _("The deadline that the sender set is over: %(about)s."),
        "subject": _("The subject was too long and is shortened."),
        "long_notation": _("The notation is longer than the register takes; in full: %(about)s"),
        "long_subject": _("The subject is longer than the register takes; in full: %(about)s"),
        "long_sender": _("The name of the sender is longer than the register takes; in full: %(about)s"),
        "long_signer_competence": _("The signer’s authority is longer than the register takes; in full: %(about)s"),
        "long_signer_position": _("The position of the signer is longer than the register takes; in full: %(about)s"),
        "long_signer_name": _("The name of the signer is longer than the register takes; in full: %(about)s"),
        "circulation": _("The message says how far the document may go round: “%(about)s”."),
        "replaced": _("It also replaces %(about)s, which is not here."),
        "file": _("A file was not accepted: %(about)s"),
    }
    found = [texts[code] % {"about": about or "–"} for code, about in sent.remarks]
    if sent.kind != Delivery.Kind.NEW and sent.earlier_id is None:
        found.append(_("The earlier document that this one updates or replaces is not here."))
    return found


def on_their_way(document: OutgoingDocument, recipients: list[Recipient]) -> dict[str, list[Sending]]:
    """How far the messages of an issued document are, by code of the partner: those that bring it and corrections of
    its data, in their order; at most two statements.
    """
    if not any(each.identifier for each in recipients):
        return {}
    later = Event.objects.filter(stream=document.stream, kind__in=[SENT_AGAIN, CORRECTED]).order_by("version")
    keys = [str(document.pk)] + [
        key_again(document.pk, version) if kind == SENT_AGAIN else f"{document.pk}:{version}"
        for kind, version in later.values_list("kind", "version")
    ]
    found = dict[str, list[Sending]]()
    for each in sorted(sendings(DOCUMENT, keys), key=lambda each: keys.index(each.key)):
        found.setdefault(each.partner, []).append(each)
    return found


def standing_of(recipient: Recipient, recalled: bool, messages: Sequence[Sending]) -> str:
    """How a partner stands with a document, in words; also what it says to an update or replacement, and which
    correction could not be delivered.
    """
    parts = [_standing_of(recipient, recalled, of_document(messages))]
    if recipient.answer and (recipient.sent_at or recipient.answer_at):
        at, label = local_datetime(recipient.answer_at), str(recipient.get_answer_display())
        parts.append(": ".join(part for part in (f"{label} ({at})" if at else label, recipient.answer_note) if part))
    corrections = (each for each in messages if not brings_document(each.key))
    parts += [
        _("The corrected data could not be delivered: %(why)s") % {"why": each.fault}
        for each in corrections
        if each.state == "dead"
    ]
    return "; ".join(part for part in parts if part)


def of_document(messages: Sequence[Sending]) -> Sending | None:
    """The last message that brings the document itself."""
    return next((each for each in reversed(messages) if brings_document(each.key)), None)


def _standing_of(recipient: Recipient, recalled: bool, sending: Sending | None) -> str:
    if recipient.standing:
        at, label = local_datetime(recipient.standing_at), recipient.get_standing_display()
        said = f"{label} ({at})" if at else str(label)
        said = f"{said}: {recipient.standing_note}" if recipient.standing_note else said
    elif sending is None or recipient.sent_at:
        said = _("Sent %(at)s") % {"at": local_datetime(recipient.sent_at)} if recipient.sent_at else ""
    elif sending.state == "dead":
        said = _("Could not be delivered: %(why)s") % {"why": sending.fault}
    elif sending.state == "left":
        said = _("Not sent: %(why)s") % {"why": sending.fault}
    else:
        said = _("On its way")
    ended = (Recipient.Standing.REFUSED, Recipient.Standing.GIVEN_BACK, Recipient.Standing.KEPT)
    if recalled and recipient.sent_at and recipient.standing not in ended:
        return " – ".join((said, _("recall asked for")))
    return said


def under_way(found: OutgoingDocument, recipients: list[Recipient]) -> str:
    """How far the delivery to many offices of this system, or its recall from them, is; one statement, where it is."""
    issued, recalled = found.state == found.State.ISSUED, found.state == found.State.RECALLED
    inside = [each for each in recipients if each.way == Recipient.Way.INSIDE]
    if issued and (many := on_their_way_inside(found, inside)):
        return _("Being delivered inside this system: %(done)s of %(all)s offices have it.") % many
    if recalled and (many := being_recalled(found, inside)):
        return _("Being recalled inside this system: taken back from %(done)s of %(all)s offices.") % many
    return ""


def recipient_row(accessed: Outgoing, each: Recipient, messages: Sequence[Sending]) -> dict[str, Any]:
    """A recipient as the page of a document lists it, with what its clerk may do about it."""
    removable, sending = accessed.abilities["recipients"], of_document(messages)
    to_send = accessed.abilities["note_sent"] and each.sent_at is None and each.way in BY_CLERK
    to_send = to_send and (sending is None or sending.state == "left") and each.mailing != Recipient.Mailing.QUEUED
    recalled = accessed.document.state == OutgoingDocument.State.RECALLED
    by_partner = standing_of(each, recalled, messages) if each.way == Recipient.Way.AXIS else ""
    return {
        "name": each.name,
        "way": each.get_way_display(),
        "address": each.address,
        "state": inside_of(each) or by_partner or mailed_of(each),
        "sent": local_datetime(each.sent_at),
        "sent_url": reverse("correspondence:recipient-sent", args=[each.document_id, each.pk]) if to_send else "",
        "again_url": reverse("correspondence:recipient-again", args=[each.document_id, each.pk])
        if accessed.abilities["issue_to"] and is_refused(each, sending)
        else "",
        "remove": reverse("correspondence:recipient-remove", args=[each.document_id, each.pk]) if removable else "",
    }

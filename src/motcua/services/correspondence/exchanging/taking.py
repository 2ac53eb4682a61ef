"""Messages of partners become documents in the clerk's list, states of documents sent, and recalls."""

import tempfile
import unicodedata
from contextlib import ExitStack
from datetime import date, datetime
from typing import IO, Any

from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force
from motcua.engines.exchange import edxml
from motcua.engines.exchange.edxml import BusinessKind, StatusCode
from motcua.engines.exchange.kinds import NotYet, Received
from motcua.kernel.blobs.actions import store, store_again
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from motcua.kernel.text.typed import bare
from motcua.people.officers.queries import local_day
from motcua.people.organisations.queries import office_by_code
from motcua.services.correspondence.actions import Arrival
from motcua.services.correspondence.actions.arriving import LONGEST
from motcua.services.correspondence.actions.delivering import Sent, deliver, hear_recall
from motcua.services.correspondence.actions.outgoing.hearing import hear_status
from motcua.services.correspondence.rules import exchanged as rules
from motcua.services.correspondence.rules.incoming import is_secret
from motcua.services.correspondence.types import DOCUMENT_TYPES

Remarks = list[tuple[str, str]]
OTHER_TYPE = "cong_van"


def document(received: Received) -> None:
    """A document for every office of this house to which it is addressed; a recall is laid before the clerk.

    Files that are not accepted here are left out and named to the clerk. Raises ``Refused`` for a message to nobody
    here, one of a document whose identifier is too long to be kept, or a secret one.
    """
    with ExitStack() as opened:
        parsed = received.parse(lambda: opened.enter_context(tempfile.TemporaryFile()))
        message = parsed.message
        assert isinstance(message, edxml.Document)
        if message.business.kind is BusinessKind.RECALL:
            _recall(received, received.about, message.business.reason)
            return
        _deliver(received, message, parsed.contents)


def _deliver(received: Received, message: edxml.Document, contents: tuple[IO[bytes] | None, ...]) -> None:
    now = timezone.now()
    offices = {each.id: office_by_code(each.id, local_day(now)) for each in message.recipients}
    addressed = {office.pk: code for code, office in offices.items() if office is not None}
    if not addressed:
        raise Refused(_("The message is addressed to no office of this system."), code="addressee")
    if len(message.document_id) > LONGEST["identifier"]:
        text = _("The identifier of the document is longer than %(n)d characters.")
        raise Refused(text % {"n": LONGEST["identifier"]}, code="identifier")
    remarks: Remarks = []
    arrival, files = _arrival(message, remarks, now), _stored(message, contents, remarks)
    for place, (office, code) in enumerate(addressed.items()):
        own = files if place == 0 else [store_again(file, by=None) for file in files]
        kind, earlier, also = _changes(message.business, received.about, code)
        sent = Sent(
            partner=received.partner,
            receiver=code,
            identifier=message.document_id,
            kind=int(kind),
            earlier=earlier,
            also=also,
            reason=message.business.reason.strip() if kind is not BusinessKind.NEW else "",
            signature=dict(received.signature),
            remarks=tuple(remarks),
            letter=received.id,
        )
        deliver(arrival, sent, files=[file.pk for file in own], office=office, at=now)


def _changes(business: edxml.Business, about: str, code: str) -> tuple[BusinessKind, str, tuple[str, ...]]:
    """What a message does at the office of a code: its kind, which document it changes, which others it replaces.

    Where documents are named as replaced at other offices only (``OrganId``), it is a new one here.
    """
    if business.kind is BusinessKind.NEW:
        return BusinessKind.NEW, "", ()
    replaced = [each for each in business.replaced if each.document_id]
    if not replaced:
        return business.kind, about, ()
    here = list(dict.fromkeys(each.document_id for each in replaced if code in (each.organ_ids or [code])))
    if not here:
        return BusinessKind.NEW, "", ()
    first = about if about in here else here[0]
    return business.kind, first, tuple(each for each in here if each != first)


def _arrival(message: edxml.Document, remarks: Remarks, now: datetime) -> Arrival:
    """What the header says, as the register takes it; what it does not take is remarked."""
    today, circulation = local_day(now), message.other.circulation
    types = in_force(DOCUMENT_TYPES, today).rules.types
    kind = rules.type_named(message.type.name, ((each.code, each.name) for each in types))
    if not kind:
        remarks.append(("type", message.type.name))
    on, due, pages = message.promulgation.on, message.due, message.other.pages
    if on is not None and on > today:
        remarks.append(("date", on.isoformat()))
    if due is not None and due < today:
        remarks.append(("due", due.isoformat()))
    mark = rules.circulation_named(circulation)
    if circulation.strip() and not mark:
        remarks.append(("circulation", circulation.strip()))
    texts = {
        "notation": str(message.code),
        "subject": message.subject,
        "sender": message.sender.name or message.sender.id,
        "signer_competence": message.signer.competence,
        "signer_position": message.signer.position,
        "signer_name": message.signer.name,
    }
    # Some programs write a letter and its marks apart; here they are one, as people type them.
    composed = {name: bare(unicodedata.normalize("NFC", text)) for name, text in texts.items()}
    fitting: dict[str, Any] = {name: _fitting(name, text, remarks) for name, text in composed.items()}
    return Arrival(
        type=kind or OTHER_TYPE,
        **fitting,
        sender_code=message.sender.id,
        identifier=message.document_id,
        document_date=_unless(on, on is not None and on > today),
        due_on=_unless(due, due is not None and due < today),
        urgency=int(message.other.priority),
        circulation=mark,
        secrecy=circulation if is_secret(circulation) else "",
        pages=pages if pages is not None and 1 <= pages <= 9999 else None,
    )


def _fitting(name: str, text: str, remarks: Remarks) -> str:
    """As much of a text as the register takes, with a mark that more follows; the whole is remarked to the clerk."""
    longest = LONGEST[name]
    if len(text) <= longest:
        return text
    remarks.append((f"long_{name}", text))
    return f"{text[: longest - 1]}…"


def _unless(day: date | None, wrong: bool) -> date | None:
    return None if wrong else day


def _stored(message: edxml.Document, contents: tuple[IO[bytes] | None, ...], remarks: Remarks) -> list[StoredFile]:
    """The files that are accepted here, their type read from their content, scanned."""
    kept = []
    for attachment, content in zip(message.attachments, contents, strict=True):
        if content is None:
            remarks.append(("file", attachment.name))
            continue
        content.seek(0)
        try:
            kept.append(store(File(content), name=attachment.name, by=None))
        except Refused as refused:
            remarks.append(("file", f"{attachment.name}: {refused}"))
    return kept


def status(received: Received) -> None:
    """How far a partner is with a document of this house, or that it wants one of its own back."""
    message = received.parse().message
    assert isinstance(message, edxml.Status)
    if message.status is StatusCode.RECALL_ASKED:
        _recall(received, received.about, message.description)
        return
    heard = hear_status(
        partner=received.partner,
        about=message.response_for,
        status=str(message.status),
        note=message.description,
        at=received.received_at,
    )
    if not heard:
        raise Refused(_("No such document was sent to this agency."), code="unknown_document")


def _recall(received: Received, identifier: str, reason: str) -> None:
    if not hear_recall(partner=received.partner, identifier=identifier, reason=reason, at=timezone.now()):
        raise NotYet(_("The document that is recalled has not come."))

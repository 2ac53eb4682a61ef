"""Documents that rooms above have signed (results of dossiers) are numbered, registered and issued here.

They are signed there, in one ceremony: here they get the number of the agency's series before the seal, and with the
seal their place in the register. ``origin`` names, in the room above, what a document was made of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.editions.queries import in_force
from motcua.kernel.blobs.actions import keep, release, store_again
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, Refused
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions.outgoing.issuing import announce
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.actions.outgoing.numbers import next_of, tell_number
from motcua.services.correspondence.models import OutgoingDocument, Recipient, ReservedNumber
from motcua.services.correspondence.rules import outgoing as rules
from motcua.services.correspondence.types import DOCUMENT_TYPES

# Stands in the register for ever, so it is Vietnamese whatever language the signer's screen has.
YEAR_TURNED = "Sang năm mới trước khi đóng dấu."


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a room above has made. ``mark`` follows the number (``QĐ-UBND``)."""

    origin: str
    office: UUID
    type: str
    mark: str
    subject: str


@dataclass(frozen=True)
class Held:
    """The number that a document bears, and the day with it: neither changes when the seal is tried again."""

    number: int
    notation: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Who has signed what was made, when, in whose stead (``KT.``), as what; who wrote it, in which unit."""

    signer: UUID
    at: datetime
    competence: str
    position: str
    name: str
    drafter: UUID
    unit: UUID


@transaction.atomic
def hold_number(made: Made, *, by: Actor, at: datetime) -> Held:
    """The next number of the agency's series for what is about to be sealed; asked again in the year, the same.

    One of the old year becomes a skipped one. Raises ``Refused`` for a type that is not in force.
    """
    year = local_day(at).year
    kind = in_force(DOCUMENT_TYPES, local_day(at)).rules.find(made.type)
    if kind is None:
        text = _("There is no type of documents “%(type)s” any more; correct the procedure.")
        raise Refused(text % {"type": made.type}, code="type")
    held = _held(made.origin)
    if held is not None and (held.office_id, held.series, held.year) != (made.office, kind.series, year):
        _skip(held, YEAR_TURNED, by, at)
        held = None
    if held is None:
        held = ReservedNumber.objects.create(
            office_id=made.office,
            series=kind.series,
            year=year,
            number=next_of(made.office, kind.series, at=at),
            reason=made.subject,
            at=at,
            by_id=by.account,
            held_for=made.origin,
        )
        tell_number(held, "number_reserved", by, at)
    return _told(held, made.mark)


def _held(origin: str) -> ReservedNumber | None:
    rows = ReservedNumber.objects.select_for_update(of=("self",))
    return rows.filter(held_for=origin, used_by=None, skipped_at=None).first()


def _told(held: ReservedNumber, mark: str) -> Held:
    return Held(held.number, f"{rules.number_text(held.number)}/{mark}", local_day(held.at))


def _skip(held: ReservedNumber, why: str, by: Actor, at: datetime) -> None:
    held.reason, held.skipped_at = f"{held.reason} – {why}", at
    held.save(update_fields=["reason", "skipped_at"])
    tell_number(held, "number_skipped", by, at)


@transaction.atomic
def let_number_go(origin: str, *, reason: str, by: Actor, at: datetime) -> None:
    """What a number was held for comes to nothing: it is skipped, with the reason; again does nothing."""
    if (held := _held(origin)) is not None:
        _skip(held, reason, by, at)


@transaction.atomic
def enter(
    made: Made,
    signed: Signed,
    *,
    file: StoredFile,
    recipients: Sequence[tuple[str, str]],
    by: Actor,
    at: datetime,
) -> OutgoingDocument:
    """Enter what was sealed under its held number into the register of documents out, and issue it.

    ``recipients`` fetch it at the one-stop desk: name and what it is known by there. To others the clerk sends it
    (:func:`issue_to`). Raises ``Conflict`` where no number is held for it.
    """
    held = _held(made.origin)
    if held is None:
        raise Conflict(_("No number is held for this document."), code="number")
    again = store_again(file, by=by.account)
    keep([again.pk])
    document = _issued(made, signed, held, again, at)
    held.delete()
    document.save(force_insert=True)
    at_desk = Recipient.objects.bulk_create(
        Recipient(document=document, way=Recipient.Way.DESK, name=name[:200], address=address[:250])
        for name, address in recipients
    )
    sending = Sending(document, at, by)
    told = {"number": document.number, "year": document.year, "notation": document.notation, "file": again.blob_id}
    sending.tell("entered", told)
    announce(sending, at_desk)
    return document


def _issued(made: Made, signed: Signed, held: ReservedNumber, file: StoredFile, at: datetime) -> OutgoingDocument:
    """The document of the register, not stored yet: what the sealed file says, under the number that was held."""
    numbered = _told(held, made.mark)
    return OutgoingDocument(
        office_id=made.office,
        unit_id=signed.unit,
        drafter_id=signed.drafter,
        signer_id=signed.signer,
        state=OutgoingDocument.State.ISSUED,
        origin=made.origin,
        type=made.type,
        series=held.series,
        year=held.year,
        number=held.number,
        mark=made.mark,
        notation=numbered.notation,
        document_date=numbered.day,
        subject=made.subject[:500],
        signer_competence=signed.competence[:30],
        signer_position=signed.position[:100],
        signer_name=signed.name[:50],
        file=file,
        begun_at=signed.at,
        signed_at=signed.at,
        issued_at=at,
    )


@transaction.atomic
def raise_entered(key: UUID, *, new_file: StoredFile) -> None:
    """Let an entered document point to the version of its file that proves its signatures for longer."""
    document = OutgoingDocument.objects.select_for_update(of=("self",)).select_related("file").get(pk=key)
    if document.file is None or document.file.blob_id == new_file.blob_id:
        return
    again = store_again(new_file, by=None)
    keep([again.pk])
    release([document.file.pk])
    document.file = again
    document.save(update_fields=["file"])


@transaction.atomic
def note_fetched(key: UUID, *, by: Actor, at: datetime) -> None:
    """Those who fetch an entered document at the one-stop desk have got it; again does nothing."""
    sending = Sending.begin(key, "note_sent", by=by, at=at)
    waiting = Recipient.objects.filter(document=key, way=Recipient.Way.DESK, sent_at=None).order_by("id")
    for each in waiting:
        each.sent_at = at
        each.save(update_fields=["sent_at"])
        sending.tell("sent", {"recipient": each.name, "way": each.way})

"""The clerk puts the arrival stamp (dấu đến) on a file of a registered document, under the agency's seal.

The stamped file is one more; the file that came is kept and shown beside it. Three transactions as for other
signatures (decision 9).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.rendering.errors import RenderingError
from motcua.engines.rendering.layout import arrival_place
from motcua.engines.rendering.snippets import ArrivalStamp as Drawing
from motcua.engines.rendering.snippets import arrival_stamp
from motcua.engines.signing.actions import DocumentToSign, discard_signed
from motcua.engines.signing.arrivals import Corner, with_arrival_place
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.jobs import check_file
from motcua.engines.signing.levels.actions import await_level
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate, SigningTransaction
from motcua.engines.signing.models import TransactionState as Answer
from motcua.engines.signing.pades import Stamp
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.events import expecting
from motcua.kernel.events.actions import record
from motcua.kernel.text import local_date
from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.services.correspondence.actions.moving import Moving
from motcua.services.correspondence.actions.sealing import have_sealed, signed_content
from motcua.services.correspondence.models import ArrivalStamp, IncomingDocument, IncomingFile

PDF = "application/pdf"
LONGEST = 60
State = ArrivalStamp.State


@dataclass(frozen=True)
class Stamping:
    """Which file is stamped where; ``passed_to`` (chuyển) and ``file_notation`` may be left for later, as on paper."""

    file: UUID  # key of the IncomingFile
    corner: Corner = Corner.BELOW_DATE
    passed_to: str = ""
    file_notation: str = ""


def stamp_arrival(
    wanted: Stamping, *, certificate: SigningCertificate, by: Actor, at: datetime | None = None
) -> ArrivalStamp:
    """Have a file stamped, at once or when the signer has confirmed (state ``waiting``).

    Raises ``NotFound`` for what cannot be stamped, ``NotAllowed`` for another's certificate, ``Refused`` for a file
    whose author allows no change or a signer who declines, ``Conflict`` for one that is stamped already, or of whose
    document something was told since it was seen (``expecting``).
    """
    at = at or timezone.now()
    stamp, document = _begin(wanted, certificate, by, at)
    have_sealed(stamp, document, certificate=certificate, level=DocumentLevel.SEAL, conclude=conclude_stamps, at=at)
    return stamp


@transaction.atomic
def _begin(
    wanted: Stamping, certificate: SigningCertificate, by: Actor, at: datetime
) -> tuple[ArrivalStamp, DocumentToSign]:
    assert by.account is not None
    row = IncomingFile.objects.select_related("file__blob").filter(pk=wanted.file, file__media_type=PDF).first()
    if row is None:
        raise NotFound(_("There is no such file."))
    document = Moving.begin(row.document_id, "stamp", by=by, at=at).document
    expecting.compare_now(document.stream)
    if (certificate.holder_kind, certificate.holder_id) != (HolderKind.OFFICE, document.office_id):
        raise NotAllowed(_("This certificate is not the agency's."), code="certificate")
    if ArrivalStamp.objects.filter(original=row).exclude(state=State.VOID).exists():
        raise Conflict(_("This file has its arrival stamp, or is being stamped."), code="stamped")
    try:
        content, field = with_arrival_place(read_bytes(row.file), wanted.corner)
    except Unsignable as error:
        text = _("The file stays as it came, without a stamp: %(reason)s.") % {"reason": error}
        raise Refused(text, code=error.code) from error
    drawing, number = _drawn(document, wanted), f"{document.number}/{document.year}"
    stamp = ArrivalStamp.objects.create(original=row, asked_by_id=by.account, asked_at=at)
    # Stands in the signed file for ever, so it is Vietnamese whatever language the screen has.
    reason = f"Văn bản đến số {number} ngày {local_date(document.registered_at)}"
    title = f"{reason} – {document.subject}"[:200]
    made = Stamp(field, at, reason=reason, drawing=drawing)
    return stamp, DocumentToSign(content, document.stream, title, made, reference=ArrivalStamp.REFERENCE)


def _drawn(document: IncomingDocument, wanted: Stamping) -> bytes:
    place = arrival_place()
    drawing = Drawing(
        agency=document.office.name,
        number=str(document.number),
        day=local_date(document.registered_at),
        passed_to=written(wanted.passed_to, field="passed_to", longest=LONGEST),
        file_notation=written(wanted.file_notation, field="file_notation", longest=LONGEST),
    )
    try:
        return arrival_stamp(drawing, width=place.width, height=place.height)
    except RenderingError as error:
        message = _("The text cannot be set: %(reason)s") % {"reason": error}
        raise Refused(message, field="passed_to", code="rendering") from error


def conclude_stamps(asked: SigningTransaction, *, at: datetime) -> None:
    """Keep the stamped file that a signer has sealed, or note why there is none; again does nothing."""
    if asked.state == Answer.WAITING:
        return
    with transaction.atomic():
        rows = ArrivalStamp.objects.select_for_update(of=("self",)).select_related("original__file")
        stamp = rows.filter(transaction=asked, state=State.WAITING).first()
        if stamp is not None:
            _conclude(asked, stamp, at)
        elif not ArrivalStamp.objects.filter(transaction=asked).exists():
            discard_signed(
                transaction_id=asked.pk, references=[ArrivalStamp.REFERENCE], at=at
            )  # its document was recalled meanwhile


def _conclude(asked: SigningTransaction, stamp: ArrivalStamp, at: datetime) -> None:
    content = signed_content(asked, stamp, reference=ArrivalStamp.REFERENCE, at=at)
    if content is None:
        return
    document = IncomingDocument.objects.get(pk=stamp.original.document_id)
    stamp.file = _kept(stamp, document, content)
    stamp.state = State.DONE
    stamp.save()
    await_level(file=stamp.file, subject=document.stream, at=at, of=[DocumentLevel.SEAL])
    record(
        stream=document.stream,
        kind="correspondence.stamped",
        actor=stamp.asked_by_id,
        agency=document.office_id,
        references={"number": document.number, "original": stamp.original.file.blob_id, "file": stamp.file.blob_id},
        at=at,
    )


def _kept(stamp: ArrivalStamp, document: IncomingDocument, content: bytes) -> StoredFile:
    bare = stamp.original.file.name.rpartition(".")[0] or stamp.original.file.name
    name = f"{bare[:200]}-den-{document.number}.pdf"
    file = store_bytes(content, name=name, media_type=PDF, by=stamp.asked_by_id)
    keep([file.pk])
    check_file.defer(file=str(file.pk))
    return file

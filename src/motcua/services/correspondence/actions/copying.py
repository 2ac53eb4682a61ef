"""The clerk has electronic copies sealed: sao y, sao lục, trích sao (Decree 30/2020/NĐ-CP, articles 25 to 27).

Each bears the text seal of the agency (appendix I, II.8) with a number of its own, in the three transactions of other
signatures (decision 9).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing.actions import DocumentToSign
from motcua.engines.signing.copies import with_copy_place
from motcua.engines.signing.errors import Unsignable
from motcua.engines.signing.jobs import check_file
from motcua.engines.signing.levels.actions import await_level
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate, SigningTransaction
from motcua.engines.signing.models import TransactionState as Answer
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.text_seals import CopyKind, copy_lines
from motcua.kernel.blobs.actions import keep, store_bytes
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from motcua.kernel.events import expecting
from motcua.kernel.events.actions import record
from motcua.people.officers.actors import Actor
from motcua.people.organisations.models import Office
from motcua.services.correspondence.actions.outgoing.numbers import next_of
from motcua.services.correspondence.actions.sealing import have_sealed, signed_content
from motcua.services.correspondence.models import DocumentCopy, IncomingDocument, IncomingFile, OutgoingDocument
from motcua.services.correspondence.rules.outgoing import agency_mark, number_text

PDF = "application/pdf"
State = DocumentCopy.State
# Abbreviations of the copies (appendix III), and what stands in the signature whatever language the screen has.
MARKS = {CopyKind.SAO_Y: "SY", CopyKind.SAO_LUC: "SL", CopyKind.TRICH_SAO: "TrS"}
REASONS = {CopyKind.SAO_Y: "Sao y", CopyKind.SAO_LUC: "Sao lục", CopyKind.TRICH_SAO: "Trích sao"}
NUMBERED = ("sealed", "issued")
SERIES = "copies"  # one for copies of every kind (appendix I, part III)


@dataclass(frozen=True)
class Copying:
    """Which copy is wanted, of which file: of a document that came in or of one that was sealed here."""

    kind: CopyKind
    pages: str = ""
    incoming: UUID | None = None  # key of its IncomingFile
    outgoing: UUID | None = None  # key of the document


def copy_document(
    wanted: Copying, *, certificate: SigningCertificate, by: Actor, at: datetime | None = None
) -> DocumentCopy:
    """Have a copy numbered and sealed, at once or when the signer has confirmed (state ``waiting``).

    Raises ``NotFound`` for what cannot be copied, ``NotAllowed`` for another's certificate, ``Refused`` for pages that
    are not there or a signer who declines, ``Conflict`` while another copy of the file waits, or when something was
    told of the document since it was seen (``expecting``).
    """
    at = at or timezone.now()
    copy, document = _begin(wanted, certificate, by, at)
    have_sealed(copy, document, certificate=certificate, level=DocumentLevel.COPY, conclude=conclude_copies, at=at)
    return copy


@transaction.atomic
def _begin(
    wanted: Copying, certificate: SigningCertificate, by: Actor, at: datetime
) -> tuple[DocumentCopy, DocumentToSign]:
    assert by.account is not None
    copy, stream = _original(wanted)
    expecting.compare_now(stream)
    if (certificate.holder_kind, certificate.holder_id) != (HolderKind.OFFICE, copy.office_id):
        raise NotAllowed(_("This certificate is not the agency's."), code="certificate")
    if DocumentCopy.objects.filter(original=copy.original_id, state=State.WAITING).exists():
        raise Conflict(_("A copy of this document is being sealed already."), code="being_sealed")
    try:
        content, field = with_copy_place(read_bytes(copy.original), wanted.kind, pages=wanted.pages)
    except Unsignable as error:
        text = _("This cannot be copied so: %(reason)s.") % {"reason": error}
        raise Refused(text, field="pages" if error.code == "pages" else "kind", code=error.code) from error
    office = Office.objects.get(pk=copy.office_id)
    number = number_text(next_of(office.pk, SERIES, at=at))
    copy.kind, copy.notation = (
        wanted.kind.value,
        f"{number}/{MARKS[wanted.kind]}-{agency_mark(office.name, office.kind)}",
    )
    copy.pages = wanted.pages[:60] if wanted.kind is CopyKind.TRICH_SAO else ""
    copy.asked_by_id, copy.asked_at = by.account, at
    copy.save(force_insert=True)
    lines = copy_lines(wanted.kind, agency=office.name, number=copy.notation, at=at)
    reason = REASONS[wanted.kind]
    title = f"{reason} {copy.notation}"
    return copy, DocumentToSign(content, stream, title, Stamp(field, at, reason=reason, lines=lines), reference="copy")


def _original(wanted: Copying) -> tuple[DocumentCopy, str]:
    """A copy of the wanted file, not stored yet, and the stream of its document; it is locked against a second one."""
    if wanted.incoming is not None:
        # Its document, too: whoever acts on that waits here, and not behind what is told of it.
        rows = IncomingFile.objects.select_for_update(of=("self", "document")).select_related("file", "document")
        row = rows.filter(pk=wanted.incoming).first()
        if row is None or row.document.number is None or row.file.media_type != PDF:
            raise NotFound(_("There is no such file."))
        document = row.document
        return DocumentCopy(incoming=document, office_id=document.office_id, original=row.file), document.stream
    assert wanted.outgoing is not None
    documents = OutgoingDocument.objects.select_for_update(of=("self",)).select_related("file")
    found = documents.filter(pk=wanted.outgoing, state__in=NUMBERED).first()
    if found is None or found.file is None:
        raise NotFound(_("There is no such file."))
    return DocumentCopy(outgoing=found, office_id=found.office_id, original=found.file), found.stream


def conclude_copies(asked: SigningTransaction, *, at: datetime) -> None:
    """Keep the copy that a signer has sealed, or note why there is none; again does nothing."""
    if asked.state == Answer.WAITING:
        return
    with transaction.atomic():
        rows = DocumentCopy.objects.select_for_update(of=("self",)).select_related("original", "incoming", "outgoing")
        copy = rows.filter(transaction=asked, state=State.WAITING).first()
        if copy is not None:
            _conclude(asked, copy, at)


def _conclude(asked: SigningTransaction, copy: DocumentCopy, at: datetime) -> None:
    content = signed_content(asked, copy, reference="copy", at=at)
    if content is None:
        return
    copy.file = _kept(copy, content)
    copy.state = State.DONE
    copy.save()
    of: IncomingDocument | OutgoingDocument | None = copy.incoming or copy.outgoing
    assert of is not None
    await_level(file=copy.file, subject=of.stream, at=at, of=[DocumentLevel.COPY])
    record(
        stream=of.stream,
        kind="correspondence.copied",
        actor=copy.asked_by_id,
        agency=copy.office_id,
        references={"notation": copy.notation, "form": copy.kind, "pages": copy.pages, "file": copy.file.blob_id},
        at=at,
    )


def _kept(copy: DocumentCopy, content: bytes) -> StoredFile:
    name = f"{copy.notation.replace('/', '-')}.pdf"
    file = store_bytes(content, name=name, media_type=PDF, by=copy.asked_by_id)
    keep([file.pk])
    check_file.defer(file=str(file.pk))
    return file

"""A document is initialled, signed by the leader, numbered and sealed by the clerk, with any means they have.

As results of dossiers (decision 9): the wish is written down; the signer is asked, with no transaction open; what came
is put into the document.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.signing import asice
from motcua.engines.signing.actions import DocumentToSign, ask_signer, begin_signing
from motcua.engines.signing.errors import FieldMissing, Unsignable
from motcua.engines.signing.models import DocumentLevel, HolderKind, SigningCertificate, SigningTransaction
from motcua.engines.signing.pades import Stamp
from motcua.engines.signing.pictures.queries import picture_for
from motcua.engines.signing.places import place_for_initials
from motcua.engines.signing.queries import certificate_of, signs_any_file
from motcua.engines.signing.text_seals import ANNEX_FIELD, annex_lines, with_text_seal_place
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Conflict, NotAllowed, Refused
from motcua.people.accounts.models import Account
from motcua.people.officers.actors import Actor
from motcua.services.correspondence.actions.outgoing.concluding import conclude_signing
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.actions.outgoing.numbers import give_number
from motcua.services.correspondence.models import OutgoingAnnex, OutgoingDocument, OutgoingSigning
from motcua.services.correspondence.rules import outgoing as rules

# Stand in the signed file for ever, so they are Vietnamese whatever language the signer's screen has.
REASONS = {"initial": "Ký nháy", "sign": "Ký ban hành", "seal": "Đóng dấu ban hành"}
PDF = "application/pdf"
Act = OutgoingSigning.Act
# Documents concluded within a request, some 30 ms each; the page that waits and a job conclude the others.
AT_ONCE = 20
LEVELS = {Act.INITIAL: DocumentLevel.INITIALS, Act.SIGN: DocumentLevel.DECISION, Act.SEAL: DocumentLevel.SEAL}


@dataclass(frozen=True)
class Wish:
    """A document that a leader wants to sign, and as whom; ``seen`` are the files that they were shown."""

    document: UUID
    by: Actor
    seen: Collection[str]


@dataclass
class Signings:
    """What became of wishes: of documents that were refused, why; ``transaction`` is with the signer or answered."""

    refused: dict[UUID, Refused] = field(default_factory=dict)
    transaction: UUID | None = None


def sign_many(wishes: Sequence[Wish], *, certificate: SigningCertificate, at: datetime | None = None) -> Signings:
    """Have documents signed by their leader with one confirmation; what one of them refuses holds up no other.

    When the signer answers at once, the first :data:`AT_ONCE` are concluded here and the others by
    :func:`conclude_signing`. Raises ``Refused`` as ``begin_signing`` does.
    """
    became, at = Signings(), at or timezone.now()
    sent: list[tuple[OutgoingSigning, DocumentToSign]] = []
    for wish in wishes:
        try:
            row, (document,), _certificate = _send(wish.document, Act.SIGN, wish.by, certificate, None, at, wish.seen)
        except Refused as why:
            became.refused[wish.document] = why
            continue
        sent.append((row, document))
    if sent:
        asked = _ask([row for row, _document in sent], [document for _row, document in sent], certificate, at)
        became.transaction = asked.pk
        for row, document in sent:
            if refused := asked.left_out.get(document.subject):
                became.refused[row.document_id] = refused
    return became


def sign(
    key: UUID,
    *,
    act: Act,
    by: Actor,
    certificate: SigningCertificate | None = None,
    reserved: UUID | None = None,
    seen: Collection[str] | None = None,
    at: datetime | None = None,
) -> OutgoingSigning:
    """Have a document initialled, signed, or numbered and sealed: at once, or when the signer has confirmed (state
    ``waiting``). ``reserved``: the reserved number that it gets. A number once given stays the document's in its year.
    ``seen``: the files that the signer was shown on a page, with the annexes that are sealed.

    Raises ``Refused`` when it may not be signed or the signer declined, ``NotAllowed`` without a usable certificate,
    ``Conflict`` for one that is being signed, or that was changed since.
    """
    at = at or timezone.now()
    row, documents, certificate = _send(key, act, by, certificate, reserved, at, seen)
    _ask([row], documents, certificate, at)
    row.refresh_from_db()
    if row.state == OutgoingSigning.State.VOID:
        raise Refused(row.detail, code="not_signed")
    return row


@transaction.atomic
def _send(
    key: UUID,
    act: Act,
    by: Actor,
    certificate: SigningCertificate | None,
    reserved: UUID | None,
    at: datetime,
    seen: Collection[str] | None,
) -> tuple[OutgoingSigning, list[DocumentToSign], SigningCertificate]:
    """Check the wish against the locked document and remember it."""
    sending = Sending.begin(key, str(act), by=by, at=at)
    document = sending.document
    sending.require_unsigned()
    assert by.account is not None
    assert document.file is not None
    annexes = list(sealed_annexes(document)) if act == Act.SEAL else []
    if seen is not None and {str(document.file_id), *(str(annex.file_id) for annex in annexes)} != set(seen):
        raise Conflict(_("The document was changed since you were shown it. Look at it again."), code="changed")
    certificate = certificate or _certificate(act, document, by, at)
    if certificate.holder_id != (document.office_id if act == Act.SEAL else by.account):
        raise NotAllowed(_("This certificate is not the signer's."), code="certificate")
    row = OutgoingSigning.objects.create(
        document=document,
        act=act,
        file=document.file,
        asked_by_id=by.account,
        office_id=by.office,
        title=by.title,
        authority=by.authority,
        asked_at=at,
    )
    documents = [_document(sending, act, picture_for(certificate), reserved), *_annexes(sending, annexes, certificate)]
    document.save()
    return row, documents, certificate


def _document(sending: Sending, act: Act, image: bytes | None, reserved: UUID | None) -> DocumentToSign:
    document = sending.document
    assert document.file is not None
    if act == Act.INITIAL:
        stamp = Stamp(_place(read_bytes(document.file)), sending.at, reason=REASONS[act], image=image)
    elif act == Act.SIGN:
        authority = sending.by.authority
        reason = f"{REASONS[act]} ({authority})" if authority else REASONS[act]
        stamp = Stamp("KyChinh", sending.at, reason=reason, image=image, signer=_signer_lines(sending.by))
    else:
        give_number(sending, reserved)
        day = document.document_date  # given with the number: a seal that is tried again tomorrow changes neither
        assert day is not None
        texts = {
            "So": document.notation,
            "Ngay": f"{day:%d}",
            "Thang": rules.month_text(day),
            "Nam": f"{day:%Y}",
        }
        stamp = Stamp("DauCQ", sending.at, reason=REASONS[act], image=image, texts=texts)
    title = f"{document.notation or document.mark} – {document.subject}"[:200]
    return DocumentToSign(document.file, document.stream, title, stamp, reference="document")


def _place(content: bytes) -> str:
    try:
        return place_for_initials(content)
    except FieldMissing as error:
        raise Refused(_("The document has no place for initials that is free."), code="no_place") from error


def _signer_lines(by: Actor) -> dict[str, str]:
    """In whose stead, title and name (Decree 30/2020/NĐ-CP, appendix I, II.7)."""
    assert by.account is not None
    name = Account.objects.values_list("display_name", flat=True).get(pk=by.account)
    authority, _space, of = by.authority.partition(" ")
    return {"QuyenHan": f"{authority} {of.upper()}".strip(), "ChucVu": by.title.upper(), "HoTen": name}


def sealed_annexes(document: OutgoingDocument) -> QuerySet[OutgoingAnnex]:
    """The annexes that get the agency's seal along with the document."""
    return OutgoingAnnex.objects.filter(document=document).select_related("file__blob").order_by("added_at", "id")


def _annexes(
    sending: Sending, annexes: Sequence[OutgoingAnnex], certificate: SigningCertificate
) -> list[DocumentToSign]:
    """These annexes as they are sealed: a PDF with the place for its own seal (number, agency and time as text at the
    top right), any other file in a container, where the way of signing takes one.
    """
    document = sending.document
    lines = annex_lines(number=document.notation, agency=document.office.name, at=sending.at)
    stamp = Stamp(ANNEX_FIELD, sending.at, reason=REASONS["seal"], lines=lines)
    found = []
    for annex in annexes:
        file, form = annex.file, "pdf" if annex.file.media_type == PDF else "asice"
        if form == "asice" and not signs_any_file(certificate):
            continue
        try:
            content = _to_seal(file)
        except Unsignable as error:
            text = _("“%(title)s” cannot be signed: %(reason)s.") % {"title": file.name, "reason": error}
            raise Refused(text, code=error.code) from error
        found.append(DocumentToSign(content, document.stream, file.name, stamp, form, reference=str(annex.pk)))
    return found


def _to_seal(file: StoredFile) -> bytes:
    if file.media_type == PDF:
        return with_text_seal_place(read_bytes(file), ANNEX_FIELD)
    return read_bytes(file) if file.media_type == asice.MEDIA_TYPE else asice.pack({file.name: read_bytes(file)})


def _certificate(act: Act, document: OutgoingDocument, by: Actor, at: datetime) -> SigningCertificate:
    assert by.account is not None
    if act == Act.SEAL:
        found = certificate_of(HolderKind.OFFICE, document.office_id, level=DocumentLevel.SEAL, at=at)
        text = _("The agency has no valid certificate for its seal.")
    else:
        found = certificate_of(HolderKind.OFFICER, by.account, level=LEVELS[act], at=at)
        text = _("You have no valid signing certificate.")
    if found is None:
        raise NotAllowed(text, code="no_certificate")
    return found


def _ask(
    rows: Sequence[OutgoingSigning],
    documents: Sequence[DocumentToSign],
    certificate: SigningCertificate,
    at: datetime,
) -> SigningTransaction:
    """Ask the signer, with no transaction open, for what can be signed, and put in what comes at once."""
    own, first = OutgoingSigning.objects.filter(pk__in=[row.pk for row in rows]), rows[0]
    try:
        begun = begin_signing(
            certificate=certificate,
            documents=documents,
            by=first.asked_by_id,
            at=at,
            level=LEVELS[Act(first.act)],
            partly=True,
        )
    except Refused as refused:
        own.update(state=OutgoingSigning.State.VOID, detail=refused.message[:500], ended_at=at)
        raise
    own.update(transaction=begun)
    for row in rows:
        if why := begun.left_out.get(row.document.stream):
            detail = why.message[:500]
            own.filter(pk=row.pk).update(state=OutgoingSigning.State.VOID, detail=detail, ended_at=at)
    ask_signer(begun, at=at)
    conclude_signing(begun.pk, at=at, most=AT_ONCE)
    return begun

"""Documents are signed in three steps: begin (written down), ask the provider (no transaction open), write down.

A signer answers at once, in minutes, or never; the rows say at every moment how far it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing import pades, rules, xml
from motcua.engines.signing.actions.answers import (
    never_mind,
    note_unanswered,
    prepared_of,
    request_of,
    store_prepared,
    wait_for_room,
    write_answer,
)
from motcua.engines.signing.actions.holding import is_usable, provider_of
from motcua.engines.signing.errors import SigningError, Unsignable
from motcua.engines.signing.formats import FORMATS
from motcua.engines.signing.models import (
    DocumentLevel,
    SigningCertificate,
    SigningDocument,
    SigningTransaction,
    TransactionState,
)
from motcua.engines.signing.pades import Prepared, Stamp
from motcua.engines.signing.providers.interface import (
    Decline,
    Declined,
    Overloaded,
    Provider,
    Unanswered,
    Unavailable,
    Waiting,
)
from motcua.engines.signing.providers.registry import registry
from motcua.engines.signing.queries import policy_on
from motcua.kernel.blobs.files import read_bytes
from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import Refused
from motcua.people.officers.queries import local_day


@dataclass(frozen=True)
class DocumentToSign:
    """One file with the places for its signatures made. ``subject`` is the stream it is about, ``title`` what the
    signer is shown, ``format`` one of :data:`formats.FORMATS`, ``reference`` whatever the room that asks knows it by.
    A stored file is read when its turn comes: a batch of them never stands in memory as a whole.
    """

    content: bytes | StoredFile
    subject: str
    title: str
    stamp: Stamp
    format: str = "pdf"
    reference: str = ""

    @property
    def size(self) -> int:
        """In bytes."""
        return self.content.size if isinstance(self.content, StoredFile) else len(self.content)

    def read(self) -> bytes:
        """The file. Raises as ``blobs.files.open_file``."""
        return read_bytes(self.content) if isinstance(self.content, StoredFile) else self.content


# What a program that signs files by itself can be given.
_WHOLE = {"pdf": pades.prepare_whole, "xml": xml.prepare_whole, "xades": xml.prepare_whole}


def start_signing(
    *,
    certificate: SigningCertificate,
    documents: Sequence[DocumentToSign],
    by: UUID,
    at: datetime,
    level: DocumentLevel = DocumentLevel.DECISION,
) -> SigningTransaction:
    """Prepare documents and ask the certificate's provider to sign them, all with one confirmation.

    Who may use the certificate is asked before (``access``). The answer may be there at once (state ``signed``) or
    come later through :func:`settle_signing`. Call it with no transaction open: a provider may be far away. Raises
    :class:`Refused` for an unusable certificate or document.
    """
    begun = begin_signing(certificate=certificate, documents=documents, by=by, at=at, level=level)
    return ask_signer(begun, at=at)


@transaction.atomic
def begin_signing(
    *,
    certificate: SigningCertificate,
    documents: Sequence[DocumentToSign],
    by: UUID,
    at: datetime,
    level: DocumentLevel = DocumentLevel.DECISION,
    partly: bool = False,
) -> SigningTransaction:
    """Prepare the documents and write the request down; nobody has been asked yet. Raises as :func:`start_signing`.

    ``partly``: a document that cannot be signed holds up no other. It is left out with all that has its subject, and
    ``left_out`` of the transaction says why; only when nothing else is there it is refused.
    """
    most = _check_usable(certificate, level, at).at_once
    if not 0 < len(documents) <= most:
        message = _("Between 1 and %(most)s documents can be signed at once.")
        raise Refused(message % {"most": most}, code="batch_size")
    left_out = _too_large(documents)
    if left_out and not partly:
        raise next(iter(left_out.values()))
    begun = SigningTransaction.objects.create(
        certificate=certificate, level=level, started_by=by, started_at=at, expires_at=at + rules.PATIENCE
    )
    begun.left_out = _write_prepared(begun, documents, left_out, partly=partly)
    return begun


def _too_large(documents: Sequence[DocumentToSign]) -> dict[str, Refused]:
    """What a batch does not take for its size, by subject. What has one subject is taken alone, however large."""
    refused: dict[str, Refused] = {}
    sizes: dict[str, int] = {}
    for each in documents:
        sizes[each.subject] = sizes.get(each.subject, 0) + each.size
        if each.size > rules.AT_HAND_BYTES:
            message = _("“%(title)s” is larger than %(megabytes)s MB. Sign it alone, not together with others.")
            told = {"title": each.title, "megabytes": rules.AT_HAND_BYTES // 2**20}
            refused.setdefault(each.subject, Refused(message % told, code="too_large"))
    if len(sizes) < 2:
        return {}
    together = 0
    for subject, size in sizes.items():
        if subject in refused:
            continue
        if together + size > rules.MAX_BATCH_BYTES:
            message = _("More than %(megabytes)s MB together are not signed at once. Sign this document afterwards.")
            refused[subject] = Refused(message % {"megabytes": rules.MAX_BATCH_BYTES // 2**20}, code="batch_size")
        else:
            together += size
    return refused


def _write_prepared(
    begun: SigningTransaction, documents: Sequence[DocumentToSign], left_out: dict[str, Refused], *, partly: bool
) -> dict[str, Refused]:
    """Prepare and write a batch part by part, so that only one part stands in memory; what is left out, by subject."""
    taken = [each for each in enumerate(documents) if each[1].subject not in left_out]
    sizes = [document.size for _place, document in taken]
    # The answer comes before this process forgets the files: they need not go to the database and back.
    at_hand = registry[begun.certificate.provider].immediate and sum(sizes) <= rules.AT_HAND_BYTES
    parts = rules.parts(sizes, most=rules.AT_HAND_BYTES if at_hand else rules.PART_BYTES)
    for part in parts:
        rows, refused = _prepared_rows(begun, taken[part.start : part.stop], partly=partly)
        left_out |= refused
        if at_hand:
            begun.at_hand = {row.pk: prepared_of(row) for row in rows}
        _insert(rows, files=not at_hand, large=sum(sizes) > rules.PART_BYTES)
    if len(parts) > 1 and left_out:
        begun.documents.filter(subject__in=left_out).delete()
    if all(document.subject in left_out for document in documents):
        raise next(iter(left_out.values()))
    return left_out


def _insert(rows: Sequence[SigningDocument], *, files: bool, large: bool) -> None:
    """Write documents down, with their ``files`` or without; ``large`` ones in a statement of their own."""
    prepared = [bytes(row.prepared or b"") for row in rows]
    if large or not files:
        for row in rows:
            row.prepared = None
    SigningDocument.objects.bulk_create(rows)
    if large and files:
        store_prepared([row.pk for row in rows], prepared)


def ask_signer(begun: SigningTransaction, *, at: datetime) -> SigningTransaction:
    """Ask the provider for what was begun. Call it with no transaction open: a provider may be far away.

    Where nobody knows whether the signer was asked, the request goes on waiting: the phone may still sign. Where the
    service takes no more now, it waits, too, and is handed over again by :func:`settle_signing`.
    """
    provider, request = provider_of(begun.certificate.provider), request_of(begun)
    try:
        outcome = provider.start(request)
    except Overloaded as error:
        return wait_for_room(begun.pk, error, at)
    except Unanswered as error:
        return note_unanswered(begun.pk, str(error), at)
    except Unavailable as error:
        outcome = Declined(Decline.FAILED, str(error), error.fault)
    asked = write_answer(begun.pk, outcome, at, prepared=begun.at_hand)
    if isinstance(outcome, Waiting) and asked.state != TransactionState.WAITING:
        never_mind(asked, at)  # it was cancelled while the service was still being asked
    return asked


def _check_usable(certificate: SigningCertificate, level: DocumentLevel, at: datetime) -> Provider:
    if not is_usable(certificate, at):
        message = _("This certificate is not valid now or was withdrawn.")
        raise Refused(message, field="certificate", code="certificate")
    if certificate.demonstration and not settings.DEMONSTRATION_KEYS:
        message = _("This is a key of the demonstration. It signs nothing in this house.")
        raise Refused(message, field="certificate", code="demonstration")
    provider = provider_of(certificate.provider)
    policy = policy_on(level, day=local_day(at))
    if not rules.is_allowed(registry.kind_of(certificate.provider), policy.kinds if policy else ()):
        message = _("The rules of this house do not allow this way of signing for this kind of document.")
        raise Refused(message, field="certificate", code="policy")
    return provider


def _prepared_rows(
    begun: SigningTransaction, documents: Sequence[tuple[int, DocumentToSign]], *, partly: bool
) -> tuple[list[SigningDocument], dict[str, Refused]]:
    """The rows of the documents at their places, and of those left out why, by their subject."""
    rows: list[SigningDocument] = []
    left_out: dict[str, Refused] = {}
    for place, each in documents:
        try:
            rows.append(_prepared_row(begun, place, each))
        except Refused as refused:
            if not partly:
                raise
            left_out.setdefault(each.subject, refused)
    return [row for row in rows if row.subject not in left_out], left_out


def _prepared_row(begun: SigningTransaction, place: int, document: DocumentToSign) -> SigningDocument:
    certificate = begun.certificate
    reason = rules.reason_of(document.stamp.reason, demonstration=certificate.demonstration)
    stamp = replace(document.stamp, reason=reason)
    try:
        made = _made(document.read(), document.format, certificate, stamp)
    except Unsignable as error:
        message = _("“%(title)s” cannot be signed: %(reason)s.")
        raise Refused(message % {"title": document.title, "reason": error}, code=error.code) from error
    except SigningError as error:
        message = _("“%(title)s” cannot be signed: its place for this signature is missing or taken.")
        raise Refused(message % {"title": document.title}, code="document") from error
    return SigningDocument(
        transaction=begun,
        position=place,
        subject=document.subject,
        reference=document.reference,
        format=document.format,
        field=stamp.field if made.is_whole else "",
        title=document.title,
        prepared=made.document,
        document_digest=made.document_digest,
        attributes=made.attributes,
        hole_start=made.hole[0],
        hole_end=made.hole[1],
    )


def _made(content: bytes, form: str, certificate: SigningCertificate, stamp: Stamp) -> Prepared:
    provider = registry[certificate.provider]
    if not provider.whole_documents:
        if provider.shows_up_to and form != "pdf":
            raise Unsignable("format", _("this signer can be shown PDF files only"))
        der, chain = bytes(certificate.der), bytes(certificate.chain)
        made = FORMATS[form].prepare(content, certificate=der, chain=chain, stamp=stamp)
        if provider.shows_up_to and len(made.document) > provider.shows_up_to:
            message = _("it is larger than the %(kilobytes)s KB that this signer can be shown")
            raise Unsignable("too_large", message % {"kilobytes": provider.shows_up_to // 1024})
        return made
    if form not in _WHOLE:
        raise Unsignable("format", _("this way of signing takes PDF and XML files only"))
    return _WHOLE[form](content, stamp=stamp)

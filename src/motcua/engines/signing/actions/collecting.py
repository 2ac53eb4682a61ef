"""Signed documents are handed over to the room that asked for them, once, or thrown away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from motcua.engines.signing.actions.answers import locked_signing, stream_of
from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.actions.signing import DocumentToSign, start_signing
from motcua.engines.signing.actions.waiting import cancel_signing
from motcua.engines.signing.models import (
    DocumentLevel,
    SigningCertificate,
    SigningDocument,
    SigningTransaction,
    TransactionState,
)
from motcua.kernel.errors import Conflict, Refused


@dataclass(frozen=True)
class SignedDocument:
    """A signed file, the stream it is about and what the room that asked knows it by."""

    subject: str
    reference: str
    content: bytes


@transaction.atomic
def collect_signed(
    *, transaction_id: UUID, references: Collection[str] | None = None, subject: str | None = None
) -> list[SignedDocument]:
    """Hand the signed documents (of some ``references``, of one ``subject``) over to the room that asked for them, in
    their order.

    Call it in the transaction that stores them. Raises :class:`Conflict` when they are not there (any more),
    :class:`Refused` when the request ended before they were signed, and only others are.
    """
    ended = locked_signing(transaction_id)
    rows = _of(ended, references, subject).order_by("position")
    found = list(rows)
    if ended.state == TransactionState.SIGNED and not found:
        raise Refused(_("The request ended before this document was signed. You can ask again."), code="left_out")
    if ended.state != TransactionState.SIGNED or not found or any(row.signed is None for row in found):
        raise Conflict(_("The signed documents are not there yet, or were already taken over."))
    collected = [
        SignedDocument(row.subject, row.reference, bytes(row.signed)) for row in found if row.signed is not None
    ]
    rows.update(signed=None)
    return collected


@transaction.atomic
def discard_signed(
    *, transaction_id: UUID, references: Collection[str] | None = None, subject: str | None = None, at: datetime
) -> None:
    """Throw signed documents away that the room that asked cannot take any more; none there does nothing."""
    ended = locked_signing(transaction_id)
    if _of(ended, references, subject).filter(signed__isnull=False).update(signed=None):
        told: dict[str, object] = {"references": sorted(references or ())}
        tell("signing.discarded", stream_of(ended), None, at, told if subject is None else {"subject": subject})


def _of(
    ended: SigningTransaction, references: Collection[str] | None, subject: str | None
) -> "QuerySet[SigningDocument]":
    rows = ended.documents.all()
    if references is not None:
        rows = rows.filter(reference__in=references)
    return rows if subject is None else rows.filter(subject=subject)


def sign_document(
    *, certificate: SigningCertificate, document: DocumentToSign, level: DocumentLevel, by: UUID, at: datetime
) -> bytes:
    """Sign one document with a provider that answers at once (``queries.certificate_at_once``). Raises
    :class:`Refused` with any other.
    """
    done = start_signing(certificate=certificate, documents=[document], by=by, at=at, level=level)
    if done.state == TransactionState.WAITING:
        cancel_signing(transaction_id=done.id, by=by, at=at)
    if done.state != TransactionState.SIGNED:
        raise Refused(_("The signing service did not sign this document at once."), code="not_signed")
    return collect_signed(transaction_id=done.id)[0].content

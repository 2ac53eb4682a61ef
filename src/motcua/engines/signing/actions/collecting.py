"""Signed documents are handed over to the room that asked for them, once, or thrown away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing.actions.answers import locked_signing, stream_of
from motcua.engines.signing.actions.recording import tell
from motcua.engines.signing.actions.signing import DocumentToSign, start_signing
from motcua.engines.signing.actions.waiting import cancel_signing
from motcua.engines.signing.models import SigningCertificate, TransactionState
from motcua.kernel.errors import Conflict, Refused


@dataclass(frozen=True)
class SignedDocument:
    """A signed file, the stream it is about and what the room that asked knows it by."""

    subject: str
    reference: str
    content: bytes


@transaction.atomic
def collect_signed(*, transaction_id: UUID, references: Collection[str] | None = None) -> list[SignedDocument]:
    """Hand the signed documents (those of some ``references``) over to the room that asked for them, in their order.

    Call it in the transaction that stores them. Raises :class:`Conflict` when they are not there (any more).
    """
    ended = locked_signing(transaction_id)
    rows = ended.documents.order_by("position")
    if references is not None:
        rows = rows.filter(reference__in=references)
    found = list(rows)
    if ended.state != TransactionState.SIGNED or not found or any(row.signed is None for row in found):
        raise Conflict(_("The signed documents are not there yet, or were already taken over."))
    collected = [
        SignedDocument(row.subject, row.reference, bytes(row.signed)) for row in found if row.signed is not None
    ]
    rows.update(signed=None)
    return collected


@transaction.atomic
def discard_signed(*, transaction_id: UUID, references: Collection[str], at: datetime) -> None:
    """Throw signed documents away that the room that asked cannot take any more; none there does nothing."""
    ended = locked_signing(transaction_id)
    if ended.documents.filter(reference__in=references, signed__isnull=False).update(signed=None):
        tell("signing.discarded", stream_of(ended), None, at, {"references": sorted(references)})


def sign_document(*, certificate: SigningCertificate, document: DocumentToSign, by: UUID, at: datetime) -> bytes:
    """Sign one document with a provider that answers at once. Raises :class:`Refused` with any other."""
    done = start_signing(certificate=certificate, documents=[document], by=by, at=at)
    if done.state == TransactionState.WAITING:
        cancel_signing(transaction_id=done.id, by=by, at=at)
    if done.state != TransactionState.SIGNED:
        raise Refused(_("The signing service did not sign this document at once."), code="not_signed")
    return collect_signed(transaction_id=done.id)[0].content

"""What certified copies and arrival stamps have in common: one file under the agency's seal, at once or when the
signer has confirmed. Three transactions as for other signatures (decision 9).
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing.actions import DocumentToSign, ask_signer, begin_signing, collect_signed, discard_signed
from motcua.engines.signing.models import DocumentLevel, SigningCertificate, SigningTransaction, TransactionState
from motcua.engines.signing.outcomes import not_signed_text
from motcua.kernel.errors import Refused
from motcua.services.correspondence.actions.outgoing.concluding import LEFT_BEHIND, MOST_LEFT, each_by_itself
from motcua.services.correspondence.models import ArrivalStamp, DocumentCopy

Sealed = DocumentCopy | ArrivalStamp
Conclude = Callable[..., None]


def have_sealed(
    row: Sealed,
    document: DocumentToSign,
    *,
    certificate: SigningCertificate,
    level: DocumentLevel,
    conclude: Conclude,
    at: datetime,
) -> None:
    """Hand a stored request's document to the signer and conclude what is answered at once.

    Raises ``Refused`` where the signer cannot be asked or declines; the request is void then.
    """
    own = type(row).objects.filter(pk=row.pk)
    try:
        begun = begin_signing(certificate=certificate, documents=[document], by=row.asked_by_id, at=at, level=level)
    except Refused as refused:
        own.update(state=row.State.VOID, detail=refused.message[:500], ended_at=at)
        raise
    own.update(transaction=begun)
    conclude(ask_signer(begun, at=at), at=at)
    row.refresh_from_db()
    if row.state == row.State.VOID:
        raise Refused(row.detail, code="not_signed")


def signed_content(asked: SigningTransaction, row: Sealed, *, reference: str, at: datetime) -> bytes | None:
    """What the signer has sealed for a locked request; without it the request is void, which is stored."""
    row.ended_at = at
    if asked.state == TransactionState.SIGNED:
        (signed,) = collect_signed(transaction_id=asked.pk)
        return signed.content
    row.state, row.detail = row.State.VOID, not_signed_text(asked)[:500]
    discard_signed(transaction_id=asked.pk, references=[reference], at=at)
    row.save()
    return None


def conclude_left(kind: type[Sealed], conclude: Conclude, *, at: datetime) -> int:
    """Conclude what a signer answered a while ago and nobody kept, because a process died; how many."""
    left = kind.objects.filter(state=kind.State.WAITING, transaction__finished_at__lt=at - LEFT_BEHIND)
    found = [row.transaction for row in left.select_related("transaction").order_by("asked_at", "id")[:MOST_LEFT]]
    return sum(each_by_itself(asked.pk, partial(conclude, asked, at=at)) for asked in found if asked)


@transaction.atomic
def forget_unsent(kind: type[Sealed], *, at: datetime) -> int:
    """Free the files whose request never reached a signer because a process died; how many."""
    left = kind.objects.filter(state=kind.State.WAITING, transaction=None, asked_at__lt=at - LEFT_BEHIND)
    return left.update(state=kind.State.VOID, detail=_("The request did not reach the signer."), ended_at=at)

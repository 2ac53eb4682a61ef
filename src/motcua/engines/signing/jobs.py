"""Work of signing done later: ask providers that do not call back."""

from django.utils import timezone

from motcua.engines.signing.actions import settle_signing
from motcua.engines.signing.models import SigningTransaction, TransactionState
from motcua.kernel.jobs import periodic

AT_ONCE = 200


@periodic("* * * * *")
def settle_waiting() -> None:
    """Settle what has waited longest; each in its own transaction."""
    waiting = SigningTransaction.objects.filter(state=TransactionState.WAITING).order_by("started_at", "id")
    for transaction_id in waiting.values_list("id", flat=True)[:AT_ONCE]:
        settle_signing(transaction_id=transaction_id, at=timezone.now())

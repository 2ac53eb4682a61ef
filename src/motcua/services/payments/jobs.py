"""Work on payments that is done later."""

import logging
from uuid import UUID

from django.utils import timezone

from motcua.kernel.errors import Refused
from motcua.kernel.jobs import periodic, task

log = logging.getLogger(__name__)
AT_ONCE = 200


@task(queue="documents")
def issue_receipt(*, order: str) -> None:
    """Issue the receipt of a paid order and seal it."""
    from motcua.services.payments import actions

    now = timezone.now()
    receipt = actions.issue(UUID(order), at=now)
    if receipt is not None:
        _seal(receipt.pk)


@task(queue="documents")
def seal_receipt(*, receipt: str) -> None:
    """Seal a receipt that was issued at the desk."""
    _seal(UUID(receipt))


@periodic("*/10 * * * *", queue="documents")
def seal_waiting() -> None:
    """Seal the receipts whose collector had no certificate at hand."""
    from motcua.services.payments.models import Receipt

    waiting = Receipt.objects.filter(file=None).order_by("issued_at", "id")
    for receipt in waiting.values_list("pk", flat=True)[:AT_ONCE]:
        _seal(receipt)


@periodic("*/10 * * * *")
def ask_gateways() -> None:
    """Ask what became of attempts whose notice did not come, where the gateway can be asked."""
    from motcua.services.payments import asking

    asking.ask_all(at=timezone.now())


def _seal(receipt: UUID) -> None:
    """A receipt that cannot be sealed now waits for the next round and does not stop the others."""
    from motcua.services.payments import actions

    try:
        actions.seal(receipt, at=timezone.now())
    except Refused as refused:
        log.warning("receipt_not_sealed", extra={"receipt": str(receipt), "code": refused.code})

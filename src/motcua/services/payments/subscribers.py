"""What payments do when they hear of events."""

from django.db import transaction

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.payments import jobs


@subscriber("payments.receipts", kinds=("payment.received",), from_now=True)
def issue_receipts(batch: list[Event]) -> None:
    """Have the receipts of what was paid issued."""
    with transaction.atomic():
        for event in batch:
            jobs.issue_receipt.defer(order=event.stream.removeprefix("order:"))

"""What payments do when they hear of events."""

from uuid import UUID

from django.db import transaction

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.payments import actions, jobs


@subscriber("payments.receipts", kinds=("payment.received",), from_now=True)
def issue_receipts(batch: list[Event]) -> None:
    """Have the receipts of what was paid issued."""
    with transaction.atomic():
        for event in batch:
            jobs.issue_receipt.defer(order=event.stream.removeprefix("order:"))


@subscriber("payments.raised", kinds=("signing.upgraded",), from_now=True)
def take_raised_receipts(batch: list[Event]) -> None:
    """Keep the versions of receipts whose seals can be verified for longer."""
    for event in batch:
        told = event.references
        if told["subject"].startswith("receipt:"):
            actions.take_raised(old_file=UUID(told["old_file"]), new_file=UUID(told["new_file"]))

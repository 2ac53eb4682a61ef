"""What the room does when it hears of events."""

from django.db import transaction

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.records import jobs


@subscriber("records.succession", kinds=("officer.left",))
def follow(batch: list[Event]) -> None:
    """Have the files of officers who leave handed over to whom they named."""
    with transaction.atomic():
        for event in batch:
            told = event.references
            jobs.follow_officer.defer(officer=told["officer"], to=told["hand_over_to"])

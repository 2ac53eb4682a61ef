"""What the work calendar does when it hears of events."""

from django.db import transaction

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.diary import jobs


@subscriber("diary.succession", kinds=("officer.left",), from_now=True)
def follow(batch: list[Event]) -> None:
    """Have the appointments of officers who leave taken over."""
    with transaction.atomic():
        for event in batch:
            told = event.references
            jobs.hand_over.defer(officer=told["officer"], to=told["hand_over_to"])

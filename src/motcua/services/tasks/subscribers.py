"""What tasks do when they hear of events."""

from django.db import transaction

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.services.tasks import jobs


@subscriber("tasks.succession", kinds=("officer.left",))
def follow(batch: list[Event]) -> None:
    """Have the open tasks of officers who leave taken over."""
    with transaction.atomic():
        for event in batch:
            told = event.references
            jobs.hand_over.defer(officer=told["officer"], to=told["hand_over_to"])

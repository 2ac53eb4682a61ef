"""What the room does when it hears of events."""

from django.db import transaction

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.people.officers.queries import ended_positions
from motcua.services.records import jobs


@subscriber("records.succession", kinds=("officer.left",))
def follow(batch: list[Event]) -> None:
    """Have the files of officers who leave handed over to whom they named."""
    with transaction.atomic():
        for event in batch:
            told = event.references
            jobs.follow_officer.defer(officer=told["officer"], to=told["hand_over_to"])


@subscriber("records.moves", kinds=("officer.position_ended",), from_now=True)
def follow_moves(batch: list[Event]) -> None:
    """Have the heads of units told of files whose keepers, or readers, go on elsewhere, when they are gone."""
    with transaction.atomic():
        for ended in ended_positions(batch):
            later = jobs.follow_move.configure(schedule_at=ended.gone)
            later.defer(officer=str(ended.officer), office=str(ended.office), by=str(ended.by or ""))

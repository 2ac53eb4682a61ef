"""What tasks do when they hear of events."""

from uuid import UUID

from django.db import transaction

from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.people.officers.queries import ended_positions
from motcua.services.correspondence.searching import index_incoming
from motcua.services.tasks import jobs
from motcua.services.tasks.models import Task


@subscriber("tasks.succession", kinds=("officer.left",))
def follow(batch: list[Event]) -> None:
    """Have the open tasks of officers who leave taken over."""
    with transaction.atomic():
        for event in batch:
            told = event.references
            jobs.hand_over.defer(officer=told["officer"], to=told["hand_over_to"])


@subscriber("tasks.moves", kinds=("officer.position_ended",), from_now=True)
def follow_moves(batch: list[Event]) -> None:
    """Have the heads of units give anew what officers had who go on elsewhere, when they are gone."""
    with transaction.atomic():
        for ended in ended_positions(batch):
            later = jobs.leave_unit.configure(schedule_at=ended.gone)
            later.defer(officer=str(ended.officer), office=str(ended.office))


@subscriber(
    "tasks.search",
    kinds=(
        "task.ordered",
        "task.assigned",
        "task.support_assigned",
        "task.handed_over",
        "task.reassigned",
        "task.returned",
        "task.withdrawn",
    ),
)
def index(batch: list[Event]) -> None:
    """Write the search entries of documents anew when others have part in a task that comes from them."""
    keys = {UUID(event.stream.removeprefix("task:")) for event in batch}
    found = Task.objects.filter(pk__in=keys, document__isnull=False).values_list("document", flat=True)
    index_incoming({document for document in found.order_by("pk") if document is not None})

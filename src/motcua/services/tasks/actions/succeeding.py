"""What becomes of tasks without anybody deciding on them: an officer leaves, the working calendar changes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.people.officers.actors import HOUSE
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.tasks import rules
from motcua.services.tasks.actions.moving import Moving
from motcua.services.tasks.models import Involved, Task

AT_ONCE = 200


def hand_over(*, officer: UUID, to: UUID, at: datetime) -> int:
    """Give the open tasks of an officer who left to who takes over; returns how many.

    Where that one holds no position in the unit, its head has the task again and gives it anew. Done again it does
    nothing.
    """
    mine = Involved.objects.filter(officer=officer, task__state__in=sorted(rules.OPEN))
    working = mine.filter(part__in=[Involved.Part.LEADS, Involved.Part.SUPPORTS], done_at=None)
    offices = set(Position.objects.on(local_day(at)).filter(officer=to).values_list("office", flat=True))
    handed = 0
    for key in working.order_by("task_id").values_list("task_id", flat=True).distinct():
        handed += _hand_over(key, officer, to, offices, at)
    return handed


@transaction.atomic
def _hand_over(key: UUID, officer: UUID, to: UUID, offices: set[UUID], at: datetime) -> bool:
    task = Task.objects.select_for_update(of=("self",)).filter(pk=key, state__in=sorted(rules.OPEN)).first()
    if task is None:
        return False
    moving = Moving(task, at, HOUSE)
    heirs = []
    heir = to if task.unit_id in offices else None
    if task.officer_id == officer and (heir or task.state != Task.State.SUBMITTED):
        moving.set_officer(heir)
        task.state = Task.State(task.state) if heir else Task.State.ORDERED
        heirs.append(heir)
    for part in Involved.objects.filter(task=task, part=Involved.Part.SUPPORTS, officer=officer, done_at=None):
        part.officer_id = to if part.office_id in offices else None
        part.save(update_fields=["officer"])
        heirs.append(part.officer_id)
    if not heirs:
        return False
    moving.tell("handed_over", {"from": str(officer), "given": [{"officer": str(to)}] if any(heirs) else []})
    return True

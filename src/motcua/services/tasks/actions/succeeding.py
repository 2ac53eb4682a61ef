"""What becomes of tasks without anybody deciding on them: an officer leaves the house, or a unit."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.people.officers.actors import HOUSE
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day, offices_of
from motcua.services.tasks import rules
from motcua.services.tasks.actions.moving import Moving
from motcua.services.tasks.models import Involved, Task

Heir = Callable[[UUID], UUID | None]  # who takes over in an office; None: its head gives the part anew

DONE = (Task.State.REPORTED, Task.State.SUBMITTED)  # whoever sends it back has the head give it anew


def hand_over(*, officer: UUID, to: UUID, at: datetime) -> int:
    """Give the open tasks of an officer who left to who takes over; returns how many.

    Where that one holds no position in the unit or its successor, its head has the task again and gives it anew. Done
    again it does nothing.
    """
    offices = offices_of(to, local_day(at))
    return _all(officer, lambda office: to if office in offices else None, None, at)


def leave_unit(*, officer: UUID, office: UUID, at: datetime) -> int:
    """Have the head of a unit give anew what an officer had there who works in it no more; returns how many tasks.

    Of who holds a position there all stays as it is. Done again it does nothing.
    """
    if Position.objects.on(local_day(at)).filter(officer=officer, office=office).exists():
        return 0
    return _all(officer, lambda _office: None, office, at)


def _all(officer: UUID, heir: Heir, within: UUID | None, at: datetime) -> int:
    mine = Involved.objects.filter(officer=officer, task__state__in=sorted(rules.OPEN))
    working = mine.filter(part__in=[Involved.Part.LEADS, Involved.Part.SUPPORTS], done_at=None)
    if within is not None:
        working = working.filter(office=within)
    keys = list(working.order_by("task_id").values_list("task_id", flat=True).distinct())
    return sum(_hand_over(key, officer, heir, within, at) for key in keys)


@transaction.atomic
def _hand_over(key: UUID, officer: UUID, heir: Heir, within: UUID | None, at: datetime) -> bool:
    task = Task.objects.select_for_update(of=("self",)).filter(pk=key, state__in=sorted(rules.OPEN)).first()
    if task is None:
        return False
    moving = Moving(task, at, HOUSE)
    given = []
    leads = task.officer_id == officer and within in (None, task.unit_id)
    taker = heir(task.unit_id)
    if leads and (taker or task.state not in DONE):
        moving.set_officer(taker)
        task.state = Task.State(task.state) if taker else Task.State.ORDERED
        given.append({"office": str(task.unit_id), "officer": str(taker or "")})
    for part in Involved.objects.filter(task=task, part=Involved.Part.SUPPORTS, officer=officer, done_at=None):
        if within in (None, part.office_id):
            part.officer_id = heir(part.office_id)
            part.save(update_fields=["officer"])
            given.append({"office": str(part.office_id), "officer": str(part.officer_id or "")})
    if not given:
        return False
    moving.tell("handed_over", {"from": str(officer), "given": given})
    return True

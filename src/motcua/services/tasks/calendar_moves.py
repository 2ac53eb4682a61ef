"""What a change of calendars does to running tasks: which deadlines move, and moving them once confirmed.

A deadline that was given as a day stays on that day unless nobody works on it; one given in working days is counted
anew.
"""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from django.db import transaction

from motcua.kernel.time.calendar_effects import CalendarChange, Effect
from motcua.kernel.time.rules import Calendar
from motcua.people.officers.actors import Actor
from motcua.services.tasks import queries, rules
from motcua.services.tasks.actions.moving import Moving, set_deadline
from motcua.services.tasks.models import Task

AT_ONCE = 2_000


def preview(change: CalendarChange) -> list[Effect]:
    """Every deadline that moves."""
    found = ((task, rules.end_of(_day(task, calendar), calendar)) for task, calendar in _moved(change))
    return [
        Effect(task.code, task.unit.name, task.due_at, after)
        for task, after in found
        if task.due_at is not None and task.due_at != after
    ]


@transaction.atomic
def apply(change: CalendarChange) -> None:
    """Move them and tell it in each task; in the transaction of the change."""
    by = Actor(account=change.made_by)
    for found, calendar in _moved(change):
        task = Task.objects.select_for_update(of=("self",)).filter(pk=found.pk, state__in=queries.RUNNING).first()
        if task is None:  # finished since the list was made
            continue
        was, due_at = str(task.due_on), task.due_at
        set_deadline(task, _day(task, calendar), calendar)
        if task.due_at == due_at:
            task.save()  # only from when it is due soon has moved
        else:
            Moving(task, change.at, by).tell("calendar_changed", {"was": was, "due": str(task.due_on)})


def _day(task: Task, calendar: Calendar) -> date:
    assert task.due_on is not None
    return rules.day_within(task.given_at, task.limit_days, calendar) if task.limit_days else task.due_on


def _moved(change: CalendarChange) -> Iterator[tuple[Task, Calendar]]:
    last: UUID | None = None
    while chunk := queries.calendar_dependent(last, most=AT_ONCE):
        for task in chunk:
            calendar = change.after(task.unit_id)
            day = _day(task, calendar)
            if (rules.end_of(day, calendar), rules.soon_from(day, calendar)) != (task.due_at, task.soon_at):
                yield task, calendar
        last = chunk[-1].pk

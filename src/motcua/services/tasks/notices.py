"""Whom tasks tell what: units and officers of what they are given, heads and leaders of what waits for them, all of
deadlines."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import Group, Kind, declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.kernel.text import local_date
from motcua.people.officers.models import Position
from motcua.people.officers.queries import holders, local_day
from motcua.services.tasks import queries
from motcua.services.tasks.models import Involved, Task

WORK = Group(code="tasks", label=_("Tasks"), audience="officers")
AT_ONCE = 500
HEADS = ("leader", "head")

_GIVEN = declare(code="task.given", group=WORK, subject=_("A task for you"), body=_("{code}: {subject}. Due: {due}."))
_REPORTED = declare(
    code="task.reported", group=WORK, subject=_("An officer reports a task as done"), body=_("{code}: {subject}")
)
_SUBMITTED = declare(
    code="task.submitted", group=WORK, subject=_("A task waits for your acceptance"), body=_("{code}: {subject}")
)
_BACK = declare(
    code="task.sent_back", group=WORK, subject=_("A task was sent back"), body=_("{code}: {subject}. {reason}")
)
_RETURNED = declare(
    code="task.returned",
    group=WORK,
    subject=_("A unit returns a task as not its duty"),
    body=_("{code}: {subject}. {reason}"),
)
_ACCEPTED = declare(code="task.accepted", group=WORK, subject=_("A task was accepted"), body=_("{code}: {subject}"))
_WITHDRAWN = declare(
    code="task.withdrawn",
    group=WORK,
    subject=_("An ordered task was withdrawn"),
    body=_("{code}: {subject}. {reason}"),
)
_ASKED = declare(
    code="task.extension", group=WORK, subject=_("More time is asked for"), body=_("{code}: {subject}. {reason}")
)
_ANSWERED = declare(
    code="task.extension_answered", group=WORK, subject=_("Your request for more time was answered"),
    body=_("{code}: {subject}. Due: {due}. {reason}"),
)  # fmt: skip
_DUE = declare(code="task.due", group=WORK, subject=_("A task is due soon"), body=_("{code}: {subject}. Due: {due}."))
_LATE = declare(
    code="task.late", group=WORK, subject=_("A task is overdue"), body=_("{code}: {subject}. It was due: {due}.")
)


@subscriber("tasks.notices", kinds=("task.*",), from_now=True)
def tell(batch: list[Event]) -> None:
    """Tell officers of what has come to them."""
    keys = {UUID(event.stream.removeprefix("task:")) for event in batch}
    found = {row.stream: row for row in Task.objects.filter(pk__in=keys)}
    for event in batch:
        task = found.get(event.stream)
        if task is None or event.kind not in _TOLD:
            continue
        kind, who = _TOLD[event.kind]
        if event.kind == "task.reported" and event.references["state"] == Task.State.SUBMITTED:
            kind, who = _SUBMITTED, _leader  # the head has reported, or there is one head for both levels
        _tell(kind, task, who(event, task) - {event.actor}, f"{event.stream}:{event.version}", event)


def _tell(kind: Kind, task: Task, who: set[UUID], key: str, event: Event) -> None:
    facts = {**_facts(task), "reason": event.references.get("reason", "") or event.references.get("note", "")}
    notify(kind, recipients=who, facts=facts, key=key, url=reverse("tasks:task", args=[task.pk]))


def _facts(task: Task) -> dict[str, str]:
    due = local_date(task.due_on) if task.due_on else "–"
    return {"code": task.code, "subject": task.subject[:150], "due": due, "reason": ""}


def _given(event: Event, task: Task) -> set[UUID]:
    """Officers who were named, and who leads a unit that was."""
    who = set[UUID]()
    for each in event.references["given"]:
        if each.get("officer"):
            who.add(UUID(each["officer"]))
        else:
            who |= holders(UUID(each["office"]), event.at, *HEADS)
    return who


def _heads(event: Event, task: Task) -> set[UUID]:
    return holders(task.unit_id, event.at, *HEADS)


def _leader(event: Event, task: Task) -> set[UUID]:
    """Who ordered it; who leads the office where that one works there no more."""
    there = Position.objects.on(local_day(event.at)).filter(officer=task.leader_id, office=task.office_id)
    if there.filter(officer__left_on=None).exists():
        return {task.leader_id}
    # Nobody works in an office that was closed: its leader goes on in the one that has its tasks.
    return holders(task.office_id, event.at, *HEADS) or {task.leader_id}


def _workers(event: Event, task: Task) -> set[UUID]:
    """Who works on it, and the heads of the unit that answers for it."""
    return _heads(event, task) | ({task.officer_id} if task.officer_id else set())


def _everybody(event: Event, task: Task) -> set[UUID]:
    """The leading unit and all who support."""
    return _workers(event, task) | _supporters(Involved.objects.filter(task=task), event.at)


def _supporters(parts: "QuerySet[Involved]", at: datetime) -> set[UUID]:
    """Who contributes for supporting units: the officer, and where there is none yet the heads."""
    who = set[UUID]()
    rows = parts.filter(part=Involved.Part.SUPPORTS).order_by("id")
    for office, officer in rows.values_list("office_id", "officer_id"):
        who |= {officer} if officer else holders(office, at, *HEADS)
    return who


def _officer(event: Event, task: Task) -> set[UUID]:
    return {task.officer_id} if task.officer_id else _heads(event, task)


_TOLD: dict[str, tuple[Kind, Callable[[Event, Task], set[UUID]]]] = {
    "task.ordered": (_GIVEN, _given),
    "task.assigned": (_GIVEN, _given),
    "task.support_assigned": (_GIVEN, _given),
    "task.handed_over": (_GIVEN, lambda event, task: _given(event, task) or _heads(event, task)),
    "task.reported": (_REPORTED, _heads),
    "task.passed_up": (_SUBMITTED, _leader),
    "task.sent_down": (_BACK, _officer),
    "task.sent_back": (_BACK, _workers),
    "task.returned": (_RETURNED, _leader),
    "task.reassigned": (_GIVEN, _given),
    "task.accepted": (_ACCEPTED, _workers),
    "task.withdrawn": (_WITHDRAWN, _everybody),
    "task.extension_asked": (_ASKED, _leader),
    "task.extension_granted": (_ANSWERED, _workers),
    "task.extension_declined": (_ANSWERED, _workers),
}


def warn_of_deadlines(*, at: datetime) -> int:
    """Warn once of a task that is due soon, and once more when it is late, then the heads too; returns how many.

    Supporting units are warned as long as they have not contributed.
    """
    count = 0
    # At the end of a month a province's tasks are due together, and none of them is to wait for the next hour.
    while found := queries.to_warn(at, most=AT_ONCE):
        for task in found:
            _warn(task, at)
        count += len(found)
    return count


def _warn(task: Task, at: datetime) -> None:
    late = task.due_at is not None and task.due_at < at
    who = {task.officer_id} if task.officer_id else set[UUID]()
    if late or not who:
        who |= holders(task.unit_id, at, *HEADS)
    who |= _supporters(Involved.objects.filter(task=task, done_at=None), at)
    kind = _LATE if late else _DUE
    key = f"{task.stream}:{kind.code}:{task.due_on}"
    url = reverse("tasks:task", args=[task.pk])
    notify(kind, recipients=who, facts=_facts(task), key=key, url=url, at=at)
    # Of a deadline that was moved meanwhile nobody is warned yet.
    Task.objects.filter(pk=task.pk, due_at=task.due_at).update(warned="late" if late else "soon")

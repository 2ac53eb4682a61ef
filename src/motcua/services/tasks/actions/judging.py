"""Who ordered a task accepts what was done or sends it back, and answers who asks for more time."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.services.tasks.actions.moving import Moving, coming, set_deadline
from motcua.services.tasks.models import Extension, Task


@transaction.atomic
def accept(key: UUID, *, text: str = "", by: Actor, at: datetime | None = None) -> None:
    """Who ordered the task accepts it: it is completed."""
    moving = Moving.begin(key, "accept", by=by, at=at)
    moving.task.percent, moving.task.reason = 100, ""
    moving.close(Task.State.ACCEPTED)
    moving.tell("accepted", {"note": written(text)[:500]})


@transaction.atomic
def send_back(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Who ordered the task sends it back to the unit; its deadline has run on."""
    moving = Moving.begin(key, "send_back", by=by, at=at)
    why = written(reason, _("Say what is missing."), "reason")
    moving.back_to_work(why)
    moving.tell("sent_back", {"reason": why[:500]})


@transaction.atomic
def ask_extension(key: UUID, *, until: date | None, reason: str, by: Actor, at: datetime | None = None) -> Extension:
    """The unit asks for more time, to a later day than now. Raises ``Refused``, ``Conflict`` for a second request."""
    moving = Moving.begin(key, "ask_extension", by=by, at=at)
    task, why = moving.task, written(reason, _("Say why more time is needed."), "reason")
    if task.due_on is None:
        raise Refused(_("This task has no deadline."), code="no_deadline")
    day = _later(task, until, moving.at)
    if Extension.objects.filter(task=task, state=Extension.State.ASKED).exists():
        raise Conflict(_("More time was asked for already."), code="asked")
    made = Extension.objects.create(
        task=task, asked_by_id=moving.account, asked_at=moving.at, was_due_on=task.due_on, until=day, reason=why
    )
    moving.tell("extension_asked", {"until": str(day), "reason": why[:500]})
    return made


@transaction.atomic
def grant(key: UUID, *, until: date | None, text: str = "", by: Actor, at: datetime | None = None) -> None:
    """Grant more time, to the day that was asked for or another one."""
    moving = Moving.begin(key, "grant", by=by, at=at)
    day = _later(moving.task, until, moving.at)
    require_within_whole(moving.task, day, "until")
    asked = _answered(moving, Extension.State.GRANTED, written(text), until=day)
    moving.task.limit_days = None
    set_deadline(moving.task, day, moving.calendar)
    moving.tell("extension_granted", {"was": str(asked.was_due_on), "until": str(day), "note": asked.answer[:500]})


@transaction.atomic
def decline(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Decline: the deadline stays."""
    moving = Moving.begin(key, "decline", by=by, at=at)
    why = written(reason, _("Say why not."), "reason")
    _answered(moving, Extension.State.DECLINED, why)
    moving.tell("extension_declined", {"reason": why[:500]})


def _later(task: Task, until: date | None, at: datetime) -> date:
    if until is None:
        raise Refused(_("Choose a day."), field="until", code="required")
    if task.due_on is None or until <= task.due_on:
        raise Refused(_("Choose a later day than the deadline now."), field="until", code="earlier")
    return coming(until, at, "until")


def require_within_whole(task: Task, day: date, field: str) -> None:
    """Raises ``Refused`` for a deadline of a part after that of the whole."""
    whole = Task.objects.filter(pk=task.parent_id).first() if task.parent_id else None
    if whole is not None and whole.due_on is not None and day > whole.due_on:
        raise Refused(_("The whole task is due earlier."), field=field, code="after_whole")


def _answered(moving: Moving, state: Extension.State, answer: str, until: date | None = None) -> Extension:
    asked = Extension.objects.filter(task=moving.task, state=Extension.State.ASKED).first()
    if asked is None:
        raise Conflict(_("This request was answered already."), code="answered")
    asked.state, asked.answer, asked.until = state, answer, until or asked.until
    asked.answered_by_id, asked.answered_at = moving.account, moving.at
    asked.save()
    return asked

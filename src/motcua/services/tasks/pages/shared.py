"""What pages of tasks have in common: a task as lists show it, its deadline in words."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.kernel.text import local_date
from motcua.kernel.time.queries import Book
from motcua.kernel.time.rules import remaining
from motcua.kernel.time.text import remaining_text
from motcua.services.tasks import rules
from motcua.services.tasks.models import Task

COLOURS = {
    "ordered": "received", "doing": "handling", "reported": "waiting", "submitted": "waiting", "accepted": "done",
    "returned": "refused",
}  # fmt: skip


def deadline(task: Task, calendars: Book, now: datetime) -> dict[str, str] | None:
    """A deadline with its state, for ``mc.deadline``; None without one. Time left is working time of the unit."""
    if task.due_on is None or task.due_at is None or task.state in (Task.State.WITHDRAWN, Task.State.RETURNED):
        return None
    state = rules.standing(task.state, due_at=task.due_at, soon_at=task.soon_at, done_at=task.submitted_at, now=now)
    due = local_date(task.due_on)
    if state in ("done", "late"):
        said = _("Done late") if state == "late" else _("Done in time")
        return {"state": "overdue" if state == "late" else "done", "text": said, "due": due}
    left = remaining(now, task.due_at, calendars.calendar(task.unit_id))
    return {"state": state, "text": remaining_text(left, brief=True).capitalize(), "due": due}


def task_row(task: Task, calendars: Book, now: datetime) -> dict[str, Any]:
    """A task as lists show it."""
    return {
        "url": reverse("tasks:task", args=[task.pk]),
        "code": task.code,
        "subject": task.subject,
        "leader": task.leader.display_name,
        "office": task.office.name,
        "unit": task.unit.name,
        "officer": task.officer.display_name if task.officer else "",
        "percent": f"{task.percent} %",
        "state": COLOURS.get(task.state, task.state),
        "state_text": task.get_state_display(),
        "deadline": deadline(task, calendars, now),
    }

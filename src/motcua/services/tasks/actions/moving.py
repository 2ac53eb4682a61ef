"""What every change of a task has in common: the lock, the rule, the deadline, the event."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.events.actions import record
from motcua.kernel.time.queries import calendar_for
from motcua.kernel.time.rules import Calendar
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.tasks import rules
from motcua.services.tasks.models import Extension, Involved, Task


@dataclass
class Moving:
    """A locked task on its way."""

    task: Task
    at: datetime
    by: Actor

    @classmethod
    def begin(cls, key: UUID, act: str, *, by: Actor, at: datetime | None) -> "Moving":
        """Lock it. Raises ``NotFound``, and ``Conflict`` where its state does not allow the act (any more)."""
        found = Task.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if found is None:
            raise NotFound(_("There is no such task."))
        if not rules.allows(found.state, act):
            raise Conflict(_("The task has moved meanwhile. Please look at it again."), code="state")
        return cls(found, at or timezone.now(), by)

    @property
    def account(self) -> UUID:
        """Who acts; the house itself never does here."""
        assert self.by.account is not None
        return self.by.account

    @property
    def calendar(self) -> Calendar:
        """That of the unit which leads."""
        return calendar_for(self.task.unit_id)

    def set_officer(self, officer: UUID | None) -> None:
        """Who of the leading unit works on it, in both places where that stands."""
        self.task.officer_id = officer
        Involved.objects.filter(task=self.task, part=Involved.Part.LEADS).update(officer=officer)

    def back_to_work(self, why: str) -> None:
        """The officer has it again; the unit's head where that officer works in the unit no more."""
        task = self.task
        held = Position.objects.on(local_day(self.at)).filter(officer=task.officer_id, office=task.unit_id)
        if not held.filter(officer__left_on=None).exists():
            self.set_officer(None)
        task.state = Task.State.DOING if task.officer_id else Task.State.ORDERED
        task.submitted_at, task.reason = None, why

    def close(self, state: Task.State) -> None:
        """Nothing more is to be done."""
        self.task.state, self.task.closed_at = state, self.at
        self.lapse()

    def lapse(self) -> None:
        """A request for more time that is open needs no answer any more."""
        asked = Extension.objects.filter(task=self.task, state=Extension.State.ASKED)
        asked.update(state=Extension.State.LAPSED, answered_at=self.at)

    def tell(self, kind: str, references: dict[str, Any] | None = None) -> None:
        """Save the task and tell the fact."""
        self.task.save()
        told = {"state": self.task.state, **self.by.references(), **(references or {})}
        record(
            stream=self.task.stream,
            kind=f"task.{kind}",
            actor=self.by.account,
            agency=self.by.office or self.task.office_id,
            references=told,
            at=self.at,
        )


def set_deadline(task: Task, day: date | None, calendar: Calendar) -> None:
    """Put a deadline on a task, or take it off; warnings begin anew."""
    task.due_on, task.warned = day, ""
    task.due_at = rules.end_of(day, calendar) if day else None
    task.soon_at = rules.soon_from(day, calendar) if day else None
    task.sort_due = task.due_at or rules.NEVER


def coming(day: date, at: datetime, field: str = "due_on") -> date:
    """A day from today on, within ten years. Raises ``Refused``."""
    today = local_day(at)
    if day < today:
        raise Refused(_("This day is over already."), field=field, code="past")
    if day > today + rules.FARTHEST:
        raise Refused(_("This day is too far away."), field=field, code="far")
    return day

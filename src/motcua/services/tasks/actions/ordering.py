"""A leader orders a task, a unit orders parts of its own further down; who ordered it may take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.engines.registers.actions import next_number
from motcua.kernel.errors import Refused
from motcua.kernel.text.typed import written
from motcua.kernel.time.queries import calendar_for
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import Office
from motcua.services.correspondence.actions.noting import require_position
from motcua.services.tasks import rules
from motcua.services.tasks.actions.moving import Moving, coming, set_deadline
from motcua.services.tasks.models import Involved, Task
from motcua.services.tasks.series import TASK

MOST_IN_TREE = 200
LEADING = ("leader", "head")


@dataclass(frozen=True, kw_only=True)
class Given:
    """Who gets a part: a unit (its head then chooses officers), or one officer in it."""

    office: UUID
    part: str  # leads, supports
    officer: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is ordered. The deadline is a day, or so many working days from now; both empty: none.

    It comes from a ``document``, from a ``meeting`` that concluded it on a day, or from neither.
    """

    subject: str
    instruction: str = ""
    document: UUID | None = None
    meeting: str = ""
    concluded_on: date | None = None
    due_on: date | None = None
    limit_days: int | None = None

    @property
    def source(self) -> Task.Source:
        """Where it comes from."""
        if self.document is not None:
            return Task.Source.DOCUMENT
        return Task.Source.MEETING if self.meeting.strip() else Task.Source.ALONE


@transaction.atomic
def order(
    ordered: Order, *, office: UUID, leader: UUID, given: Sequence[Given], by: Actor, at: datetime | None = None
) -> Task:
    """Order a task in the name of an office's leader: one unit or officer leads, others may support.

    Which office somebody may order for, and from which document, ``access`` knows. Raises ``Refused`` and
    ``NotAllowed``.
    """
    now = at or timezone.now()
    _require_leader(leader, office, now)
    task = _made(ordered, office=office, leader=leader, given=given, by=by, at=now)
    moving = Moving(task, now, by)
    _involve(moving, given)
    moving.tell("ordered", {**_told(moving, given), "source": task.source})
    return task


@transaction.atomic
def split(
    parent: UUID, ordered: Order, *, leader: UUID, given: Sequence[Given], by: Actor, at: datetime | None = None
) -> Task:
    """The leading unit orders a part of its task further down, due no later than the whole.

    It comes from where the whole comes from. Who ordered the whole follows it. Raises ``Refused``, ``Conflict``.
    """
    moving = Moving.begin(parent, "split", by=by, at=at)
    whole = moving.task
    _require_leader(leader, whole.unit_id, moving.at)
    _require_room(whole)
    above = {"document": whole.document_id, "meeting": whole.meeting, "concluded_on": whole.concluded_on}
    given_on = Order(**{**ordered.__dict__, **above})
    task = _made(given_on, office=whole.unit_id, leader=leader, given=given, by=by, at=moving.at, whole=whole)
    if whole.due_on is not None and (task.due_on is None or task.due_on > whole.due_on):
        raise Refused(_("The whole task is due earlier."), field="due_on", code="after_whole")
    part = Moving(task, moving.at, by)
    _involve(part, given, whole)
    part.tell("ordered", {**_told(part, given), "source": task.source, "whole": whole.code})
    moving.tell("split", {"part": task.code, "note": task.subject})
    return task


def _require_room(whole: Task) -> None:
    if whole.depth >= rules.DEEPEST:
        raise Refused(_("A task is divided three levels deep at most."), code="depth")
    if Task.objects.filter(root=whole.tree_id).count() >= MOST_IN_TREE:
        raise Refused(_("A task has at most %(n)d sub-tasks.") % {"n": MOST_IN_TREE}, code="too_many")


def _require_leader(leader: UUID, office: UUID, at: datetime) -> None:
    held = Position.objects.on(local_day(at)).filter(officer=leader, office=office, roles__overlap=list(LEADING))
    if not held.exists():
        raise Refused(_("Choose a leader of the office."), field="leader", code="required")


def _made(
    ordered: Order, *, office: UUID, leader: UUID, given: Sequence[Given], by: Actor, at: datetime,
    whole: Task | None = None,
) -> Task:  # fmt: skip
    assert by.account is not None
    _check(ordered, given, at)
    lead = next(each for each in given if each.part == Involved.Part.LEADS)
    task = Task(
        code=next_number(TASK.code, facts={}, at=at),
        subject=written(ordered.subject, _("Write what is to be achieved."), "subject", 300),
        instruction=written(ordered.instruction, field="instruction"),
        state=Task.State.DOING if lead.officer else Task.State.ORDERED,
        office_id=office, leader_id=leader, given_by_id=by.account, given_at=at,
        unit_id=lead.office, officer_id=lead.officer,
        source=ordered.source, document_id=ordered.document, meeting=ordered.meeting.strip(),
        concluded_on=ordered.concluded_on if ordered.source == Task.Source.MEETING else None,
        parent=whole, root_id=whole.tree_id if whole else None, depth=whole.depth + 1 if whole else 0,
    )  # fmt: skip
    _set_limit(task, ordered, at)
    task.save()
    return task


def _set_limit(task: Task, ordered: Order, at: datetime) -> None:
    calendar = calendar_for(task.unit_id)
    day = coming(ordered.due_on, at) if ordered.due_on else None
    if ordered.limit_days is not None:
        if day is not None:
            raise Refused(_("Give a day or a number of working days, not both."), field="limit_days", code="both")
        if not 1 <= ordered.limit_days <= rules.LONGEST_LIMIT:
            raise Refused(_("Write a number of working days."), field="limit_days", code="number")
        day, task.limit_days = rules.day_within(at, ordered.limit_days, calendar), ordered.limit_days
    set_deadline(task, day, calendar)


def _check(ordered: Order, given: Sequence[Given], at: datetime) -> None:
    if ordered.source == Task.Source.MEETING:
        written(ordered.meeting, field="meeting", longest=300)
        if ordered.concluded_on is None or ordered.concluded_on > local_day(at):
            raise Refused(_("Say on which day the meeting concluded it."), field="concluded_on", code="required")
    if any(each.part not in (Involved.Part.LEADS, Involved.Part.SUPPORTS) for each in given):
        raise Refused(_("Say which part everybody has."), field="to", code="part")
    if wrong := rules.wrong_parts([each.part for each in given]):
        raise Refused(_WRONG[wrong](), field="to", code=wrong)
    offices = {each.office for each in given}
    if Office.objects.on(local_day(at)).filter(pk__in=offices).count() != len(offices):
        raise Refused(_("This unit does not exist."), field="to", code="office")
    if len(offices) != len(given):
        raise Refused(_("A unit has one part; its head may give it to several."), field="to", code="twice")
    for each in given:
        if each.officer is not None:
            require_position(each.officer, each.office, at)


_WRONG = {
    "none": lambda: _("Choose at least one unit or officer."),
    "two_lead": lambda: _("Only one leads; the others support."),
    "no_lead": lambda: _("Say who leads."),
}


def _involve(moving: Moving, given: Sequence[Given], whole: Task | None = None) -> None:
    """The rows from which is read who may see it."""
    task = moving.task
    rows = [Involved(task=task, part=Involved.Part.ORDERS, office_id=task.office_id, officer_id=task.leader_id)]
    rows += [Involved(task=task, part=each.part, office_id=each.office, officer_id=each.officer) for each in given]
    if whole is not None:
        above = Involved.objects.filter(task=whole, part__in=[Involved.Part.ORDERS, Involved.Part.FOLLOWS])
        rows += [
            Involved(task=task, part=Involved.Part.FOLLOWS, office_id=each.office_id, officer_id=each.officer_id)
            for each in above.order_by("id")
        ]
    Involved.objects.bulk_create(rows)


def _told(moving: Moving, given: Sequence[Given]) -> dict[str, Any]:
    """What the event says of the order: who leads and supports, until when."""
    told = [
        {"office": str(each.office), "officer": str(each.officer or ""), "part": each.part}
        for each in sorted(given, key=lambda each: each.part)
    ]
    task = moving.task
    return {"code": task.code, "given": told, "leader": str(task.leader_id), "due": str(task.due_on or "")}


@transaction.atomic
def withdraw(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Who ordered a task takes it back, with every part of it that is not finished."""
    moving = Moving.begin(key, "withdraw", by=by, at=at)
    why = written(reason, _("Say why you withdraw it."), "reason")
    _withdraw(moving, why)
    tree = list(Task.objects.filter(root=moving.task.tree_id).order_by("depth", "id").values_list("pk", "parent"))
    for part, _level in rules.below(moving.task.pk, tree):
        if Task.objects.filter(pk=part, state__in=sorted(rules.OPEN)).exists():
            _withdraw(Moving.begin(part, "withdraw", by=by, at=moving.at), why)


def _withdraw(moving: Moving, why: str) -> None:
    moving.task.reason = why
    moving.close(Task.State.WITHDRAWN)
    moving.tell("withdrawn", {"reason": why[:500]})

"""Units and officers do what a note gave them: give on, pass on, return, finish; who gave it may withdraw it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.services.correspondence.actions.moving import Moving, not_past
from motcua.services.correspondence.actions.noting import require_position, require_positions
from motcua.services.correspondence.models import Assignment, IncomingDocument
from motcua.services.correspondence.rules import incoming as rules

State, Part = Assignment.State, Assignment.Part
STILL = (State.OPEN, State.GIVEN)


@transaction.atomic
def give(
    key: UUID,
    *,
    task: UUID,
    officers: Sequence[tuple[UUID, str]],
    text: str = "",
    due_on: date | None = None,
    by: Actor,
    at: datetime | None = None,
) -> list[Assignment]:
    """The head of a unit gives its task to officers of the unit, each with their part; none may be due after the unit.

    Raises ``Refused`` unless exactly one leads where the unit has work to do.
    """
    moving = Moving.begin(key, "give", by=by, at=at)
    unit = moving.open_assignment(task)
    if unit.officer_id is not None:
        raise Refused(_("Only what a unit has to do is given to officers."), code="task")
    parts = [part for _officer, part in officers]
    if wrong := rules.wrong_parts(parts):
        texts = {
            "none": _("Choose at least one officer."),
            "two_lead": _("Only one leads; the others support."),
            "no_lead": _("Say who leads."),
        }
        raise Refused(texts[wrong], field="to", code=wrong)
    due = not_past(due_on, moving.at)
    if due and unit.due_on and due > unit.due_on:
        raise Refused(_("The unit's own deadline is earlier."), field="due_on", code="after_unit")
    require_positions([(officer, unit.office_id) for officer, _part in officers], moving.at)
    work = {
        "office_id": unit.office_id,
        "instruction": written(text),
        "due_on": due or unit.due_on,
        "parent": unit,
    }
    given = ({**work, "officer_id": officer, "part": part} for officer, part in officers)
    made = moving.assign(*given, beside=moving.to_do())
    unit.state = State.GIVEN
    unit.save(update_fields=["state"])
    told = [{"officer": str(each.officer_id), "part": each.part, "due": str(each.due_on or "")} for each in made]
    moving.tell("given", {"note": text.strip()[:500], "unit": str(unit.office_id), "given": told})
    return made


@transaction.atomic
def forward(key: UUID, *, task: UUID, to: UUID, text: str = "", by: Actor, at: datetime | None = None) -> Assignment:
    """An officer passes their task on to a colleague of the unit, who answers for it from now on.

    It stays the task of who gave it: returned or withdrawn, it goes back there.
    """
    moving = Moving.begin(key, "forward", by=by, at=at)
    old = moving.open_assignment(task)
    if old.officer_id is None or old.officer_id == to:
        raise Refused(_("Choose a colleague."), field="to", code="to")
    require_position(to, old.office_id, moving.at)
    why = written(text)
    moving.end(old, State.FORWARDED, why)
    (new,) = moving.assign(
        {
            "office_id": old.office_id,
            "officer_id": to,
            "part": old.part,
            "instruction": why or old.instruction,
            "due_on": old.due_on,
            "parent": old.parent,
            "assigned_by_id": old.assigned_by_id,
        },
        beside=moving.to_do(),
    )
    told = {"from": str(old.officer_id), "to": str(to), "due": str(old.due_on or ""), "note": why[:500]}
    moving.tell("forwarded", told)
    return new


@transaction.atomic
def return_task(key: UUID, *, task: UUID, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Give a task back to who gave it: an officer's to the head of the unit, a unit's to the leader, who note anew.

    What officers of a unit still have of its task ends with it.
    """
    moving = Moving.begin(key, "return", by=by, at=at)
    old = moving.open_assignment(task)
    why = written(reason, _("Say why you return it."), "reason")
    ended = _end_given(moving, old, why)
    moving.end(old, State.RETURNED, why)
    if old.parent_id is not None:
        _reopen(old)
    elif old.part != Part.INFORMATION:
        moving.document.state = IncomingDocument.State.PROPOSED
        moving.document.leader_id = old.assigned_by_id
    moving.tell("returned", {"to": str(old.assigned_by_id), "reason": why[:500], "ended": ended})


def _end_given(moving: Moving, unit: Assignment, why: str) -> list[dict[str, str]]:
    """End what officers of a unit still have of its task; whose it was, as events tell it."""
    if unit.officer_id is not None:
        return []
    given = list(Assignment.objects.filter(parent=unit, state__in=STILL).order_by("id"))
    for each in given:
        moving.end(each, State.WITHDRAWN, why)
    return [_told(each) for each in given]


def _told(assignment: Assignment) -> dict[str, str]:
    return {"office": str(assignment.office_id), "officer": str(assignment.officer_id or "")}


def _reopen(ended: Assignment) -> None:
    """A unit has its task again when none of its officers works on it, and when who led no longer does: its head then
    says who leads, or returns it.
    """
    others = Assignment.objects.filter(parent=ended.parent_id, state__in=STILL).exclude(part=Part.INFORMATION)
    if ended.part == Part.LEAD or not others.exists():
        Assignment.objects.filter(children=ended, state=State.GIVEN).update(state=State.OPEN)


@transaction.atomic
def finish(key: UUID, *, task: UUID, report: str = "", by: Actor, at: datetime | None = None) -> None:
    """A task is done; with the last one the document is. Who only took note needs no report."""
    moving = Moving.begin(key, "finish", by=by, at=at)
    done = moving.open_assignment(task)
    asks = "" if done.part == Part.INFORMATION else _("Write what was done.")
    text = written(report, asks, "report")
    moving.end(done, State.DONE, text)
    if done.parent_id is not None:
        _finish_unit(moving, done.parent_id, text)
    is_last = moving.document.state == IncomingDocument.State.ASSIGNED and rules.is_finished(moving.open_parts())
    if is_last:
        moving.close(IncomingDocument.State.DONE, text or moving.document.outcome)
    moving.tell("finished", {"part": done.part, "note": text[:500]})
    if is_last:
        moving.tell("handled")


def _finish_unit(moving: Moving, parent: UUID, text: str) -> None:
    """The unit is done when none of its officers has work left."""
    still = Assignment.objects.filter(parent=parent, state__in=STILL).values_list("part", flat=True)
    unit = Assignment.objects.get(pk=parent)
    if unit.state == State.GIVEN and rules.is_finished(still.order_by("id")):
        moving.end(unit, State.DONE, text)


@transaction.atomic
def take_up(key: UUID, *, number: str, by: Actor, at: datetime | None = None) -> None:
    """Tell that a room above has made something of the document, under this number: the work is followed there."""
    moving = Moving.begin(key, "take_up", by=by, at=at)
    moving.tell("taken_up", {"number": number})


@transaction.atomic
def withdraw(key: UUID, *, task: UUID, reason: str, by: Actor, at: datetime | None = None) -> None:
    """Who gave a task takes it back, with what officers of the unit have of it. Whose it is, ``access`` knows."""
    moving = Moving.begin(key, "withdraw", by=by, at=at)
    found = Assignment.objects.filter(document=moving.document, pk=task, state__in=STILL).first()
    if found is None:
        raise Conflict(_("This task is done already, or was withdrawn."), code="task")
    why = written(reason, _("Say why you withdraw it."), "reason")
    ended = [*_end_given(moving, found, why), _told(found)]
    moving.end(found, State.WITHDRAWN, why)
    if found.parent_id is not None:
        _reopen(found)
    elif rules.is_finished(moving.open_parts()):
        moving.document.state = IncomingDocument.State.PROPOSED
        moving.document.leader_id = found.assigned_by_id
    moving.tell("withdrawn", {"office": str(found.office_id), "reason": why[:500], "ended": ended})

"""A unit returns a task as not its duty; who ordered it gives it to another one, or back (``send_back``)."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import Office
from motcua.services.correspondence.actions.noting import require_position
from motcua.services.tasks import rules
from motcua.services.tasks.actions.judging import require_within_whole
from motcua.services.tasks.actions.moving import Moving, coming, set_deadline
from motcua.services.tasks.models import Involved, Task


@transaction.atomic
def return_task(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """The leading unit says that a task is not its duty, and why: nobody works on it until it is given anew.

    Raises ``Conflict`` while a part that was ordered further down is open.
    """
    moving = Moving.begin(key, "return", by=by, at=at)
    task, why = moving.task, written(reason, _("Say why it is not your unit's duty."), "reason")
    if Task.objects.filter(parent=task, state__in=sorted(rules.OPEN)).exists():
        raise Conflict(_("Some sub-tasks are not finished. Accept or withdraw them first."), code="parts")
    moving.lapse()
    moving.set_officer(None)
    task.state, task.reason = Task.State.RETURNED, why
    moving.tell("returned", {"reason": why[:500], "unit": str(task.unit_id)})


@transaction.atomic
def reassign(
    key: UUID,
    *,
    office: UUID,
    officer: UUID | None = None,
    due_on: date | None = None,
    text: str = "",
    by: Actor,
    at: datetime | None = None,
) -> None:
    """Who ordered a returned task gives it to another unit or officer, with the deadline that it has or a new one.

    The unit that returned it has no part in it any more, and so sees neither it nor its document by it; one that was
    to support leads now. Raises ``Refused`` for a unit that does not exist or has contributed already.
    """
    moving = Moving.begin(key, "reassign", by=by, at=at)
    task, note = moving.task, written(text)
    if not Office.objects.on(local_day(moving.at)).filter(pk=office).exists():
        raise Refused(_("This unit does not exist."), field="to", code="office")
    if officer is not None:
        require_position(officer, office, moving.at)
    rows = Involved.objects.filter(task=task)
    if rows.filter(part=Involved.Part.SUPPORTS, office=office, done_at__isnull=False).exists():
        raise Refused(_("A unit has one part; its head may give it to several."), field="to", code="twice")
    rows.filter(part=Involved.Part.SUPPORTS, office=office).delete()
    rows.filter(part=Involved.Part.LEADS).update(office=office, officer=officer)
    task.unit_id, task.officer_id, task.reason = office, officer, ""
    task.state = Task.State.DOING if officer else Task.State.ORDERED
    _set_deadline(moving, due_on)
    given = [{"office": str(office), "officer": str(officer or ""), "part": "leads"}]
    moving.tell("reassigned", {"given": given, "note": note[:500], "due": str(task.due_on or "")})


def _set_deadline(moving: Moving, due_on: date | None) -> None:
    """A new deadline, or the one there is by the calendar of the unit that has the task now."""
    task = moving.task
    if due_on is not None:
        require_within_whole(task, coming(due_on, moving.at), "due_on")
        task.limit_days = None
    set_deadline(task, due_on or task.due_on, moving.calendar)

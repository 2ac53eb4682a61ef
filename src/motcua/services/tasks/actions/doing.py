"""The units do their parts: the head gives them to an officer, the officer reports, the head looks at what is done."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.signing.jobs import check_file
from motcua.kernel.blobs.actions import keep
from motcua.kernel.errors import Conflict, Refused
from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.services.correspondence.actions.noting import require_position
from motcua.services.tasks import rules
from motcua.services.tasks.actions.moving import Moving
from motcua.services.tasks.models import Involved, Report, ReportFile, Task

MOST_REPORTS = 500


@transaction.atomic
def assign(key: UUID, *, to: UUID, text: str = "", by: Actor, at: datetime | None = None) -> None:
    """The head of the leading unit gives the task to an officer of the unit, or to another one than before.

    What was reported as done by the one before is open again.
    """
    moving = Moving.begin(key, "assign", by=by, at=at)
    require_position(to, moving.task.unit_id, moving.at)
    if to == moving.task.officer_id:
        raise Conflict(_("This officer has the task already."), field="to", code="assigned")
    moving.set_officer(to)
    moving.task.state = Task.State.DOING
    moving.tell("assigned", {"given": [{"officer": str(to)}], "note": written(text)[:500]})


@transaction.atomic
def progress(
    key: UUID, *, percent: int, text: str, files: Sequence[UUID] = (), by: Actor, at: datetime | None = None
) -> Report:
    """Say how far it is: per cent, words, files. Who leads the unit may, also before it is given to anybody."""
    moving = Moving.begin(key, "progress", by=by, at=at)
    if rules.wrong_percent(percent):
        raise Refused(_("Write a number from 0 to 100."), field="percent", code="percent")
    made = _reported(moving, Report.Kind.PROGRESS, text, files, office=moving.task.unit_id, percent=percent)
    moving.task.percent = percent
    moving.tell("progressed", {"percent": percent, "note": made.text[:500]})
    return made


@transaction.atomic
def report(
    key: UUID, *, text: str, files: Sequence[UUID] = (), as_head: bool, by: Actor, at: datetime | None = None
) -> Report:
    """Report it as done: the unit's head looks at it, then who ordered it; ``as_head``: only the latter.

    Raises ``Conflict`` while a part that was ordered further down is not finished.
    """
    moving = Moving.begin(key, "report", by=by, at=at)
    task = moving.task
    if Task.objects.filter(parent=task, state__in=sorted(rules.OPEN)).exists():
        raise Conflict(_("Some sub-tasks are not finished. Accept or withdraw them first."), code="parts")
    made = _reported(moving, Report.Kind.DONE, text, files, office=task.unit_id)
    if task.officer_id is None:
        moving.set_officer(moving.account)
    state = rules.after_report(by_head=as_head, same_office=task.unit_id == task.office_id)
    task.state = Task.State(state)
    task.submitted_at = moving.at if state == Task.State.SUBMITTED else None
    moving.tell("reported", {"note": made.text[:500]})
    return made


def _reported(
    moving: Moving, kind: Report.Kind, text: str, files: Sequence[UUID], *, office: UUID, percent: int | None = None
) -> Report:
    said = written(text, _("Write what was done."))
    if Report.objects.filter(task=moving.task).count() >= MOST_REPORTS:
        raise Refused(_("A task has at most %(n)d reports.") % {"n": MOST_REPORTS}, code="too_many")
    made = Report.objects.create(
        task=moving.task, kind=kind, office_id=office, by_id=moving.account, at=moving.at, percent=percent, text=said
    )
    keep(files)
    ReportFile.objects.bulk_create(ReportFile(report=made, file_id=file) for file in files)
    for file in files:
        check_file.defer(file=str(file))
    return made


@transaction.atomic
def pass_up(key: UUID, *, text: str = "", by: Actor, at: datetime | None = None) -> None:
    """The head of the unit accepts what the officer has done, and hands it up to who ordered it."""
    moving = Moving.begin(key, "pass_up", by=by, at=at)
    moving.task.state, moving.task.submitted_at = Task.State.SUBMITTED, moving.at
    moving.tell("passed_up", {"note": written(text)[:500]})


@transaction.atomic
def send_down(key: UUID, *, reason: str, by: Actor, at: datetime | None = None) -> None:
    """The head of the unit sends it back to the officer."""
    moving = Moving.begin(key, "send_down", by=by, at=at)
    why = written(reason, _("Say what is missing."), "reason")
    moving.back_to_work(why)
    moving.tell("sent_down", {"reason": why[:500]})


@transaction.atomic
def assign_support(key: UUID, *, support: UUID, to: UUID, by: Actor, at: datetime | None = None) -> None:
    """The head of a supporting unit gives its part to an officer of the unit."""
    moving = Moving.begin(key, "assign_support", by=by, at=at)
    part = _open_support(moving, support)
    require_position(to, part.office_id, moving.at)
    part.officer_id = to
    part.save(update_fields=["officer"])
    moving.tell("support_assigned", {"given": [{"officer": str(to)}], "office": str(part.office_id)})


@transaction.atomic
def finish_support(
    key: UUID, *, support: UUID, text: str, files: Sequence[UUID] = (), by: Actor, at: datetime | None = None
) -> Report:
    """A supporting unit has contributed what it was asked for. The leading unit answers for the whole and waits for
    nobody.
    """
    moving = Moving.begin(key, "finish_support", by=by, at=at)
    part = _open_support(moving, support)
    made = _reported(moving, Report.Kind.SUPPORT, text, files, office=part.office_id)
    part.report, part.done_at, part.done_by_id = made.text, moving.at, moving.account
    part.save(update_fields=["report", "done_at", "done_by"])
    moving.tell("supported", {"note": made.text[:500]})
    return made


def _open_support(moving: Moving, key: UUID) -> Involved:
    """The part of a supporting unit that is not finished, under the task's lock. Raises ``Conflict``."""
    found = Involved.objects.filter(task=moving.task, pk=key, part=Involved.Part.SUPPORTS, done_at=None).first()
    if found is None:
        raise Conflict(_("This unit has finished its contribution already."), code="support")
    return found

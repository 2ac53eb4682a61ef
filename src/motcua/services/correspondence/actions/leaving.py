"""What becomes of open tasks when an officer works in their unit no more: its head has them again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.people.officers.actors import HOUSE
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.services.correspondence.actions.moving import Moving, locked
from motcua.services.correspondence.actions.working import STILL, reopen
from motcua.services.correspondence.models import Assignment

State = Assignment.State


def leave_unit(*, officer: UUID, office: UUID, at: datetime) -> int:
    """Give the open tasks of who works in a unit no more back to its head; returns of how many documents.

    Of who holds a position there all stays as it is. Done again it does nothing.
    """
    if Position.objects.on(local_day(at)).filter(officer=officer, office=office).exists():
        return 0
    theirs = Assignment.objects.filter(officer=officer, office=office, state=State.OPEN).order_by("document")
    keys = list(theirs.values_list("document", flat=True).distinct())
    return sum(_give_back(key, officer, office, at) for key in keys)


@transaction.atomic
def _give_back(key: UUID, officer: UUID, office: UUID, at: datetime) -> bool:
    (document,) = locked([key])
    moving = Moving(document, at, HOUSE)
    rows = Assignment.objects.filter(document=key, officer=officer, office=office, state=State.OPEN).order_by("id")
    with override("vi"):
        why = _("Works in the unit no more.")
    for old in (found := list(rows)):
        moving.end(old, State.RETURNED, why)
        if old.parent_id is not None:
            reopen(old)
        elif not Assignment.objects.filter(document=key, office=office, officer=None, state__in=STILL).exists():
            _to_unit(old, at)
    if found:
        given = {"office": str(office), "officer": "", "due": str(found[0].due_on or "")}
        moving.tell("left_with_unit", {"from": str(officer), "given": [given]})
    return bool(found)


def _to_unit(old: Assignment, at: datetime) -> None:
    """What a leader gave to the officer alone is the unit's."""
    kept = ("document_id", "office_id", "part", "instruction", "due_on", "sort_due", "assigned_by_id")
    Assignment.objects.create(assigned_at=at, **{name: getattr(old, name) for name in kept})

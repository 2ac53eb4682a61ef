"""What becomes of documents without anybody deciding on them: an officer leaves the house, or a unit."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcua.kernel.errors import Conflict
from motcua.people.officers.actors import HOUSE
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day, offices_of
from motcua.services.correspondence.access import of_agencies
from motcua.services.correspondence.actions.moving import Moving
from motcua.services.correspondence.actions.outgoing.moving import Sending
from motcua.services.correspondence.actions.outgoing.opinions import pass_on
from motcua.services.correspondence.actions.working import forward, return_task
from motcua.services.correspondence.models import Assignment, IncomingDocument, Opinion, OutgoingDocument

# Stands in the register for ever, so it is Vietnamese whatever language the worker has.
LEFT = "Người được giao đã thôi việc tại cơ quan."
MOVED = "Người được giao không còn công tác tại đơn vị."
_State = OutgoingDocument.State
ENDED = (_State.ISSUED, _State.RECALLED, _State.DISCARDED)


def hand_over(*, officer: UUID, to: UUID, at: datetime) -> int:
    """Give the documents of an officer who left to who takes over; returns how many. Done again it does nothing.

    Where that one holds no position in the unit or its successor, or has the document already, a task goes back to
    who gave it, and a draft waits for the unit's head, who hands it on; an opinion is asked no more where that one
    works in another agency. What waits for the officer's own signature waits on: it is sent back, and another leader
    is chosen.
    """
    units, led = offices_of(to, local_day(at)), offices_of(to, local_day(at), "leader", "head")
    tasks = Assignment.objects.filter(officer=officer, state=Assignment.State.OPEN).order_by("document", "id")
    proposed = IncomingDocument.objects.filter(leader=officer, state=IncomingDocument.State.PROPOSED, office__in=led)
    drafts = OutgoingDocument.objects.filter(drafter=officer, unit__in=units).exclude(state__in=ENDED)
    asked = [Opinion.State.WAITING, Opinion.State.ASKED]
    opinions = Opinion.objects.filter(officer=officer, state__in=asked).order_by("document", "id")
    read = OutgoingDocument.objects.filter(of_agencies(units), pk__in=opinions.order_by().values("document"))
    readable = set(read.values_list("pk", flat=True))
    return sum(
        [
            *(_hand_on(task, to if task.office_id in units else None, at) for task in list(tasks)),
            *(_propose(key, officer, to, at) for key in _keys(proposed)),
            *(_give_draft(key, officer, to, at) for key in _keys(drafts)),
            *(_ask(opinion, to if opinion.document_id in readable else None, at) for opinion in list(opinions)),
        ]
    )


def leave_unit(*, officer: UUID, office: UUID, at: datetime) -> int:
    """Have who gave them give anew the tasks of an officer who works in a unit no more; returns how many.

    Of who holds a position there all stays as it is. Done again it does nothing.
    """
    if Position.objects.on(local_day(at)).filter(officer=officer, office=office).exists():
        return 0
    theirs = Assignment.objects.filter(officer=officer, office=office, state=Assignment.State.OPEN)
    return sum(_give_back(task, MOVED, at) for task in list(theirs.order_by("document", "id")))


def _keys(rows: "Collection[IncomingDocument] | Collection[OutgoingDocument]") -> list[UUID]:
    return sorted(row.pk for row in rows)


def _hand_on(task: Assignment, to: UUID | None, at: datetime) -> bool:
    if to is not None:
        try:
            forward(task.document_id, task=task.pk, to=to, by=HOUSE, at=at)
        except Conflict:
            pass  # that one has it already, or it has moved meanwhile
        else:
            return True
    return _give_back(task, LEFT, at)


def _give_back(task: Assignment, why: str, at: datetime) -> bool:
    try:
        return_task(task.document_id, task=task.pk, reason=why, by=HOUSE, at=at)
    except Conflict:
        return False  # nothing is to be done with the document any more
    return True


def _ask(opinion: Opinion, to: UUID | None, at: datetime) -> bool:
    return pass_on(opinion.document_id, opinion=opinion.pk, to=to, at=at)


@transaction.atomic
def _propose(key: UUID, officer: UUID, to: UUID, at: datetime) -> bool:
    moving = Moving.begin(key, "propose", by=HOUSE, at=at)
    if moving.document.leader_id != officer or moving.document.state != IncomingDocument.State.PROPOSED:
        return False
    moving.document.leader_id = to
    moving.tell("proposed", {"leader": str(to), "note": moving.document.proposal[:500]})
    return True


@transaction.atomic
def _give_draft(key: UUID, officer: UUID, to: UUID, at: datetime) -> bool:
    document = OutgoingDocument.objects.select_for_update(of=("self",)).get(pk=key)
    if document.drafter_id != officer or document.state in ENDED:
        return False
    document.drafter_id = to
    told = {"from": str(officer), "given": [{"officer": str(to)}]}
    Sending(document, at, HOUSE).tell("handed_over", told)
    return True

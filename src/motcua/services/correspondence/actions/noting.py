"""The clerk proposes a document to the leader; the leader's note (bút phê) says who does what until when."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.composed import Composed
from motcua.kernel.errors import NotAllowed, Refused
from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day, with_succeeded
from motcua.people.organisations.models import Office
from motcua.services.correspondence.actions.erasing import end_tasks
from motcua.services.correspondence.actions.moving import Moving, not_past
from motcua.services.correspondence.models import Assignment, IncomingDocument
from motcua.services.correspondence.rules import incoming as rules

_offices = Composed[Office]()


@dataclass(frozen=True, kw_only=True)
class Given:
    """Who gets a part of the work: a unit (its head then chooses officers), or one officer in it."""

    office: UUID
    part: str
    officer: UUID | None = None
    due_on: date | None = None


@transaction.atomic
def propose(key: UUID, *, leader: UUID, text: str = "", by: Actor, at: datetime | None = None) -> None:
    """The clerk lays a registered document before a leader of the office (trình), with a proposal."""
    moving = Moving.begin(key, "propose", by=by, at=at)
    document = moving.document
    held = Position.objects.on(local_day(moving.at)).filter(office=document.office_id, officer=leader)
    if not held.filter(roles__overlap=["leader", "head"]).exists():
        raise Refused(_("Choose a leader of the office."), field="leader", code="leader")
    document.state, document.leader_id = IncomingDocument.State.PROPOSED, leader
    document.proposal = written(text)
    moving.tell("proposed", {"leader": str(leader), "note": document.proposal[:500]})


@transaction.atomic
def note(
    key: UUID,
    *,
    text: str,
    given: Sequence[Given],
    by: Actor,
    due_on: date | None = None,
    at: datetime | None = None,
) -> list[Assignment]:
    """The leader says what is to be done (bút phê): who leads, who supports, who only takes note, each until when.

    ``due_on`` is the document's own deadline; a part without one takes it over. Noting again adds to what was given.
    Raises ``Refused`` unless exactly one leads, or all only take note.
    """
    moving = Moving.begin(key, "note", by=by, at=at)
    document = moving.document
    beside = moving.to_do()
    _check_parts(given, beside)
    due = not_past(due_on, moving.at)
    text = written(text)
    document.note, document.state = text or document.note, IncomingDocument.State.ASSIGNED
    document.due_on, document.leader_id = due or document.due_on, by.account
    _check_chosen(given, moving.at)
    work = (_work(each, text, not_past(each.due_on, moving.at) or due) for each in given)
    made = moving.assign(*work, beside=beside)
    told = [
        {
            "office": str(each.office_id),
            "officer": str(each.officer_id or ""),
            "part": each.part,
            "due": str(each.due_on or ""),
        }
        for each in made
    ]
    moving.tell("noted", {"note": text[:500], "given": told})
    return made


def _check_parts(given: Sequence[Given], beside: Collection[Assignment]) -> None:
    parts = [each.part for each in given]
    if any(part not in Assignment.Part.values for part in parts):
        raise Refused(_("Say which part everybody has."), field="to", code="part")
    running = any(each.part == "lead" for each in beside)
    wrong = rules.wrong_parts(parts)
    if running and "lead" in parts:
        raise Refused(_("Somebody leads already. Withdraw that task first."), field="to", code="two_lead")
    if wrong and not (running and wrong == "no_lead"):
        raise Refused(_WRONG[wrong](), field="to", code=wrong)


_WRONG = {
    "none": lambda: _("Choose at least one unit or officer."),
    "two_lead": lambda: _("Only one leads; the others support."),
    "no_lead": lambda: _("Say who leads."),
}


def _check_chosen(given: Sequence[Given], at: datetime) -> None:
    day, offices = local_day(at), sorted({each.office for each in given})
    found = _offices(
        lambda: Office.objects.on(day).filter(pk__in=offices).only("pk"), [day, day, *offices], shape=len(offices)
    )
    if len(found) != len(offices):
        raise Refused(_("This unit does not exist."), field="to", code="office")
    require_positions([(each.officer, each.office) for each in given if each.officer is not None], at)


def _work(given: Given, text: str, due: date | None) -> dict[str, Any]:
    return {
        "office_id": given.office,
        "officer_id": given.officer,
        "part": given.part,
        "instruction": text,
        "due_on": due,
    }


def require_positions(held: Collection[tuple[UUID, UUID]], at: datetime) -> None:
    """Officers with units; one statement, however many, and one more for units that were closed. Raises ``NotAllowed``
    for who holds a position neither in theirs nor in its successor."""
    if not held:
        return
    wanted, day = set(held), local_day(at)
    positions = Position.objects.on(day).filter(officer__in={officer for officer, _office in held})
    there = set(positions.values_list("officer_id", "office_id"))
    if not wanted <= there and not wanted <= with_succeeded(there, day):
        raise NotAllowed(_("This officer has no position in the unit."), field="to", code="position")


def require_position(officer: UUID, office: UUID, at: datetime) -> None:
    """As :func:`require_positions`, for one."""
    require_positions([(officer, office)], at)


@transaction.atomic
def close(key: UUID, *, text: str, by: Actor, at: datetime | None = None) -> None:
    """The leader ends it without (further) work: filed for information, or settled otherwise. Open tasks go."""
    moving = Moving.begin(key, "close", by=by, at=at)
    why = written(text, _("Write how it was settled."))
    ended = end_tasks([moving], why)[key]
    moving.close(IncomingDocument.State.DONE, why)
    moving.tell("closed", {"note": why[:500], "ended": ended})

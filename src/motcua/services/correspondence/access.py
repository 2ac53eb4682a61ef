"""Who may see a document, and what they may do with it.

An agency's register is its clerks', leaders' and heads'; who was given something to do sees that document, and so does
whoever leads the unit. Substitutes see what the absent officer sees; delegates what their roles let them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.officers.desks import Desk
from motcua.services.correspondence.models import Assignment, IncomingDocument, IncomingFile
from motcua.services.correspondence.rules import incoming as rules

CLERK, LEADER, HEAD = "clerk", "leader", "head"
INCOMING_ACTS = (
    "register", "send_back", "propose", "note", "close", "give", "forward", "return", "finish", "withdraw",
)  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """What access asks of a desk, worked out once: where registers are kept, what is led, whose work is done."""

    registers: frozenset[UUID]  # offices whose registers the officer keeps or reads
    led: frozenset[UUID]  # offices led, with all under those that are headed
    people: frozenset[UUID]  # the officer, and whom they substitute

    @classmethod
    def of(cls, desk: Desk) -> "Seat":
        """Of an officer's desk."""
        led = desk.offices_with(LEADER, HEAD) | desk.headed_office_ids
        own = {desk.account_id} if desk.account_id else set()
        return cls(desk.offices_with(CLERK) | led, led, frozenset(own) | desk.acts_for)


@dataclass(frozen=True)
class Incoming:
    """A document that came in as an officer gets it: what they may do, and the assignments that are theirs."""

    document: IncomingDocument
    desk: Desk
    assignments: tuple[Assignment, ...]
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this document now."), code=f"may_not_{act}")

    @property
    def mine(self) -> list[Assignment]:
        """The open assignments that the officer may act on."""
        return [each for each in self.assignments if is_theirs(self.desk, each)]


def incoming_visible_to(desk: Desk) -> Q:
    """The condition under which documents that came in are an officer's to see: two index look-ups a document."""
    seat = Seat.of(desk)
    given = Assignment.objects.filter(document=OuterRef("pk"))
    theirs = given.filter(Q(officer__in=sorted(seat.people)) | Q(office__in=sorted(seat.led)))
    return Q(office__in=sorted(seat.registers)) | Q(Exists(theirs))


def incoming_for(desk: Desk, key: UUID) -> Incoming:
    """A document that came in, with its assignments; two statements. Raises ``NotFound``."""
    joined = IncomingDocument.objects.select_related("office", "leader", "registered_by")
    found = joined.filter(incoming_visible_to(desk), pk=key).first()
    if found is None:
        raise NotFound(_("There is no such document, or it is not yours to see."))
    rows = Assignment.objects.filter(document=found).select_related("office", "officer", "assigned_by", "parent")
    assignments = tuple(rows.order_by("assigned_at", "id")[:500])
    return Incoming(found, desk, assignments, incoming_abilities(desk, found, assignments))


def incoming_abilities(desk: Desk, document: IncomingDocument, assignments: tuple[Assignment, ...]) -> dict[str, bool]:
    """Every act and whether the officer may do it now."""
    roles = desk.roles_in(document.office_id)
    leads = bool({LEADER, HEAD} & roles) or document.office_id in desk.headed_office_ids
    mine = [each for each in assignments if is_theirs(desk, each)]
    may = {
        "register": CLERK in roles,
        "send_back": CLERK in roles,
        "propose": CLERK in roles,
        "note": leads,
        "close": leads,
        "give": any(each.officer_id is None for each in mine),
        "forward": any(each.officer_id is not None for each in mine),
        "return": bool(mine),
        "finish": bool(mine),
        "withdraw": any(may_withdraw(desk, each) for each in assignments),
    }
    return {act: may[act] and rules.allows(document.state, act) for act in INCOMING_ACTS}


def is_theirs(desk: Desk, assignment: Assignment) -> bool:
    """Whether an open assignment is the officer's to work on: their own or one substituted, or of a unit they lead."""
    if assignment.state != Assignment.State.OPEN:
        return False
    if assignment.officer_id is None:
        return bool({LEADER, HEAD} & desk.roles_in(assignment.office_id))
    return assignment.officer_id in {desk.account_id, *desk.acts_for}


def may_withdraw(desk: Desk, assignment: Assignment) -> bool:
    """Whether the officer gave this out and it is not done yet."""
    still = assignment.state in (Assignment.State.OPEN, Assignment.State.GIVEN)
    return still and assignment.assigned_by_id in {desk.account_id, *desk.acts_for}


def own_assignment(accessed: Incoming, key: UUID) -> Assignment:
    """An open assignment of the document that the officer may act on. Raises ``NotFound``."""
    found = next((each for each in accessed.mine if each.pk == key), None)
    if found is None:
        raise NotFound(_("This task is done already, or it is not yours."))
    return found


def incoming_file(accessed: Incoming, key: UUID) -> IncomingFile:
    """A file of the document. Raises ``NotFound``."""
    found = IncomingFile.objects.filter(document=accessed.document, pk=key).select_related("file__blob").first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def registers_of(desk: Desk) -> frozenset[UUID]:
    """The offices whose registers the officer may open."""
    return Seat.of(desk).registers


def clerk_offices(desk: Desk) -> frozenset[UUID]:
    """The offices for which the officer registers documents."""
    return desk.offices_with(CLERK)

"""Who may see a document, and what they may do with it.

An agency's register is its clerks', leaders' and heads'; who was given something to do sees that document while they
hold a position where it was given (decision 41), and so does whoever leads the unit. Substitutes see what the absent
officer sees; delegates what their roles let them. Rooms above may give sight of a document besides, never an act
(``sights``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from motcua.kernel.blobs.models import StoredFile
from motcua.kernel.errors import NotAllowed, NotFound
from motcua.people.officers.desks import Desk
from motcua.people.organisations.models import Office
from motcua.services.correspondence import sights
from motcua.services.correspondence.models import (
    ArrivalStamp,
    Assignment,
    Delivery,
    DocumentCopy,
    IncomingDocument,
    IncomingFile,
    Opinion,
    OutgoingAnnex,
    OutgoingDocument,
    Recipient,
    ScanStack,
    StackPart,
)
from motcua.services.correspondence.rules import incoming as rules
from motcua.services.correspondence.rules import outgoing as outgoing_rules

CLERK, LEADER, HEAD = "clerk", "leader", "head"
UNENTERED = ("draft", "discarded")  # in which a document that goes out is its unit's alone, unless it has a number
INCOMING_ACTS = (
    "register", "send_back", "propose", "note", "close", "give", "forward", "return", "finish", "withdraw", "answer",
    "copy", "stamp", "amend", "add_files", "take_up", "agree_recall", "decline_recall",
)  # fmt: skip
OUTGOING_ACTS = (
    "write", "annex", "recipients", "ask_opinions", "give_opinion", "submit", "hand_over", "discard", "initial",
    "pass_review",
    "return", "sign", "seal", "issue", "issue_to", "correct_data", "note_sent", "copy", "recall",
    "follow",
)  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """What access asks of a desk, worked out once: where registers are kept, what is led, whose work is done."""

    registers: frozenset[UUID]  # offices whose registers the officer keeps or reads
    led: frozenset[UUID]  # offices led, with all under those that are headed
    people: frozenset[UUID]  # the officer, and whom they substitute
    offices: frozenset[UUID]  # where they, or these, hold a position now

    @classmethod
    def of(cls, desk: Desk) -> "Seat":
        """Of an officer's desk."""
        led = desk.offices_with(LEADER, HEAD) | desk.headed_office_ids
        own = {desk.account_id} if desk.account_id else set()
        return cls(desk.offices_with(CLERK) | led, led, frozenset(own) | desk.acts_for, desk.office_ids)

    def of_officer(self) -> Q:
        """The condition on what has an ``officer`` in an ``office``: it is theirs, from a position still held."""
        return Q(officer__in=sorted(self.people), office__in=sorted(self.offices))


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
    """The condition under which documents that came in are an officer's to see: two index look-ups a document, and one
    for each room that gives sight of some."""
    seat = Seat.of(desk)
    given = Assignment.objects.filter(document=OuterRef("pk"))
    theirs = given.filter(seat.of_officer() | Q(office__in=sorted(seat.led)))
    return reduce(or_, sights.given(desk), Q(office__in=sorted(seat.registers)) | Q(Exists(theirs)))


def incoming_seen(desk: Desk, rows: Sequence[IncomingDocument]) -> list[IncomingDocument]:
    """Which of some documents that came in are an officer's to see; a statement where not all are in registers of
    theirs.
    """
    registers = Seat.of(desk).registers
    others = [row.pk for row in rows if row.office_id not in registers]
    found = IncomingDocument.objects.filter(incoming_visible_to(desk), pk__in=others) if others else None
    seen = set(found.values_list("pk", flat=True)) if found is not None else ()
    return [row for row in rows if row.office_id in registers or row.pk in seen]


def incoming_for(desk: Desk, key: UUID) -> Incoming:
    """A document that came in, with its assignments; two statements. Raises ``NotFound``."""
    joined = IncomingDocument.objects.select_related(
        "office", "leader", "registered_by", "delivery__earlier", "changed_by"
    )
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
    works = any(is_involved(desk, each) for each in assignments)
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
        "withdraw": any(may_withdraw(desk, document, each) for each in assignments),
        **dict.fromkeys(("copy", "stamp", "amend", "add_files"), CLERK in roles),
        **dict.fromkeys(("agree_recall", "decline_recall"), CLERK in roles and is_wanted_back(document)),
        "take_up": document.office_id in Seat.of(desk).registers or works,
        "answer": leads or works,
    }
    return {act: may[act] and rules.allows(document.state, act) for act in INCOMING_ACTS}


def is_wanted_back(document: IncomingDocument) -> bool:
    """Whether its sender has recalled it, and the clerk has not answered yet."""
    sent = getattr(document, "delivery", None)  # joined; of none there is no such attribute
    return sent is not None and sent.recall == Delivery.Recall.ASKED


def is_theirs(desk: Desk, assignment: Assignment) -> bool:
    """Whether an open assignment is the officer's to work on: their own or one substituted, or of a unit they lead."""
    if assignment.state != Assignment.State.OPEN:
        return False
    if assignment.officer_id is None:
        return bool({LEADER, HEAD} & desk.roles_in(assignment.office_id))
    return _is_of_officer(desk, assignment)


def _is_of_officer(desk: Desk, assignment: Assignment) -> bool:
    people = {desk.account_id, *desk.acts_for}
    return assignment.officer_id in people and assignment.office_id in desk.office_ids


def is_involved(desk: Desk, assignment: Assignment) -> bool:
    """Whether the officer works on the document, or leads the unit that does, and may so draft the answer."""
    if assignment.state in (Assignment.State.WITHDRAWN, Assignment.State.RETURNED, Assignment.State.FORWARDED):
        return False
    if assignment.part == Assignment.Part.INFORMATION:
        return False
    return _is_of_officer(desk, assignment) or bool({LEADER, HEAD} & desk.roles_in(assignment.office_id))


def may_withdraw(desk: Desk, document: IncomingDocument, assignment: Assignment) -> bool:
    """Whether it is not done yet, and the officer gave it, or heads the office that did: who gave it may have left."""
    if assignment.state not in (Assignment.State.OPEN, Assignment.State.GIVEN):
        return False
    gave = assignment.office_id if assignment.parent_id else document.office_id
    return assignment.assigned_by_id in {desk.account_id, *desk.acts_for} or HEAD in desk.roles_in(gave)


def own_assignment(accessed: Incoming, key: UUID) -> Assignment:
    """An open assignment of the document that the officer may act on. Raises ``NotFound``."""
    found = next((each for each in accessed.mine if each.pk == key), None)
    if found is None:
        raise NotFound(_("This task is done already, or it is not yours."))
    return found


def incoming_file(accessed: Incoming, key: UUID) -> IncomingFile:
    """A file of the document. Raises ``NotFound``, also for one that was given back to its sender."""
    if accessed.document.state == IncomingDocument.State.RECALLED:
        raise NotFound(_("Its sender has recalled the document. Its files were destroyed."))
    found = IncomingFile.objects.filter(document=accessed.document, pk=key).select_related("file__blob").first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def stamped_file(accessed: Incoming, key: UUID) -> StoredFile:
    """A stamped file of the document. Raises ``NotFound`` as :func:`incoming_file`."""
    rows = ArrivalStamp.objects.filter(original__document=accessed.document, pk=key, state=ArrivalStamp.State.DONE)
    found = rows.select_related("file__blob").first()
    if found is None or found.file is None or accessed.document.state == IncomingDocument.State.RECALLED:
        raise NotFound(_("There is no such file."))
    return found.file


def registers_of(desk: Desk) -> frozenset[UUID]:
    """The offices whose registers the officer may open."""
    return Seat.of(desk).registers


def stack_for(desk: Desk, key: UUID) -> ScanStack:
    """A stack of papers of an office for which the officer registers documents. Raises ``NotFound``."""
    rows = ScanStack.objects.filter(office__in=sorted(clerk_offices(desk)), pk=key)
    found = rows.select_related("file__blob").first()
    if found is None:
        raise NotFound(_("There is no such stack."))
    return found


def stack_part(stack: ScanStack, key: UUID) -> StackPart:
    """A part of a stack. Raises ``NotFound``."""
    found = StackPart.objects.filter(stack=stack, pk=key).select_related("file__blob").first()
    if found is None:
        raise NotFound(_("This part is not there any more."))
    return found


def part_to_register(desk: Desk, key: UUID) -> StackPart:
    """A part whose PDF is made and that is to be registered. Raises ``NotFound``."""
    rows = StackPart.objects.filter(stack__office__in=sorted(clerk_offices(desk)), document=None, dropped=False)
    found = rows.filter(pk=key, file__isnull=False).select_related("file", "stack").first()
    if found is None:
        raise NotFound(_("This part is not there any more."))
    return found


def clerk_offices(desk: Desk) -> frozenset[UUID]:
    """The offices for which the officer registers documents."""
    return desk.offices_with(CLERK)


@dataclass(frozen=True)
class Outgoing:
    """A document that goes out as an officer gets it: what they may do, and the opinions asked of them."""

    document: OutgoingDocument
    desk: Desk
    opinions: tuple[Opinion, ...]
    abilities: Mapping[str, bool]

    def require(self, act: str) -> None:
        """Raises ``NotAllowed`` unless the officer may do this now."""
        if not self.abilities[act]:
            raise NotAllowed(_("You may not do this with this document now."), code=f"may_not_{act}")

    @property
    def asked(self) -> list[Opinion]:
        """The opinions that the officer is asked for."""
        return [each for each in self.opinions if is_asked(self.desk, each)]


def outgoing_visible_to(desk: Desk) -> Q:
    """The condition under which documents that go out are an officer's to see.

    Drafts are their drafter's while they work in the unit, their unit's leaders' and, while they work in the agency,
    whose opinion is asked; from the format check on, the clerk's and the leaders' of the agency too.
    """
    seat = Seat.of(desk)
    people = sorted(seat.people)
    asked = Q(Exists(Opinion.objects.filter(document=OuterRef("pk"), officer__in=people)), of_agencies(seat.offices))
    handed_in = Q(office__in=sorted(seat.registers)) & (~Q(state__in=UNENTERED) | Q(number__isnull=False))
    drafted = Q(drafter__in=people, unit__in=sorted(seat.offices))
    return drafted | Q(unit__in=sorted(seat.led)) | handed_in | asked


def of_agencies(offices: frozenset[UUID]) -> Q:
    """Whether an agency issues a document in which these offices are, at most three levels down."""
    own = Office.objects.filter(pk__in=sorted(offices))
    levels = ("pk", "parent", "parent__parent", "parent__parent__parent")
    return reduce(or_, (Q(office__in=own.values(level)) for level in levels))


def outgoing_seen(desk: Desk, rows: Sequence[OutgoingDocument]) -> list[OutgoingDocument]:
    """As :func:`incoming_seen`, for documents that go out."""
    registers = Seat.of(desk).registers
    entered = {row.pk for row in rows if row.office_id in registers and is_entered(row)}
    others = [row.pk for row in rows if row.pk not in entered]
    found = OutgoingDocument.objects.filter(outgoing_visible_to(desk), pk__in=others) if others else None
    seen = entered.union(found.values_list("pk", flat=True)) if found is not None else entered
    return [row for row in rows if row.pk in seen]


def is_entered(document: OutgoingDocument) -> bool:
    """Whether it is the agency's to see: handed in, or given up with a number that it bears."""
    return document.state not in UNENTERED or document.number is not None


def outgoing_for(desk: Desk, key: UUID) -> Outgoing:
    """A document that goes out, with its opinions; two statements. Raises ``NotFound``."""
    joined = OutgoingDocument.objects.select_related(
        "office", "unit", "drafter", "signer", "file__blob", "answers", "related"
    )
    found = joined.filter(outgoing_visible_to(desk), pk=key).first()
    if found is None:
        raise NotFound(_("There is no such document, or it is not yours to see."))
    rows = Opinion.objects.filter(document=found).select_related("officer", "version").order_by("-round", "turn", "id")
    opinions = tuple(rows[:200])
    return Outgoing(found, desk, opinions, outgoing_abilities(desk, found, opinions))


def outgoing_abilities(desk: Desk, document: OutgoingDocument, opinions: tuple[Opinion, ...]) -> dict[str, bool]:
    """Every act and whether the officer may do it now. Only the chosen leader signs, or who has their delegation."""
    here = desk.roles_in(document.office_id)
    people = {desk.account_id, *desk.acts_for}
    drafts, clerk = document.drafter_id in people, CLERK in here
    heads = bool({LEADER, HEAD} & desk.roles_in(document.unit_id))
    signs = is_signer(desk, document)
    may = {
        **dict.fromkeys(("write", "annex", "ask_opinions", "submit"), drafts),
        "discard": drafts if document.state == OutgoingDocument.State.DRAFT else clerk,
        "recipients": drafts if document.state == OutgoingDocument.State.DRAFT else clerk,
        "give_opinion": any(is_asked(desk, each) for each in opinions),
        "hand_over": heads,
        "initial": drafts or heads or clerk,
        "pass_review": clerk,
        "return": signs if document.state == OutgoingDocument.State.SIGNING else clerk,
        "sign": signs,
        **dict.fromkeys(("seal", "issue", "issue_to", "correct_data", "note_sent", "copy"), clerk),
        "recall": (clerk or signs) and not document.origin,  # is revoked where it was made
        "follow": clerk or signs,
    }
    return {act: may[act] and outgoing_rules.allows(document.state, act) for act in OUTGOING_ACTS}


def is_signer(desk: Desk, document: OutgoingDocument) -> bool:
    """Whether the officer is the leader who signs, from an own position, or holds a delegation of theirs."""
    for held in desk.positions:
        if LEADER not in held.roles or document.office_id not in desk.offices_of(held):
            continue
        if held.basis != "substitute" and document.signer_id == held.officer_id:
            return True
    return False


def as_signer(desk: Desk, document: OutgoingDocument) -> Desk:
    """The desk with only what makes the officer the signer: the chosen leader's own positions, or delegations of them.

    A deputy who holds the chair's delegation signs under it, not from the own position.
    """
    return replace(desk, positions=tuple(held for held in desk.positions if held.officer_id == document.signer_id))


def is_asked(desk: Desk, opinion: Opinion) -> bool:
    """Whether an opinion is asked of the officer, or of whom they substitute."""
    return opinion.state == Opinion.State.ASKED and opinion.officer_id in {desk.account_id, *desk.acts_for}


def outgoing_annex(accessed: Outgoing, key: UUID) -> OutgoingAnnex:
    """An annex of the document. Raises ``NotFound``."""
    found = OutgoingAnnex.objects.filter(document=accessed.document, pk=key).select_related("file__blob").first()
    if found is None:
        raise NotFound(_("There is no such file."))
    return found


def outgoing_recipient(accessed: Outgoing, key: UUID) -> Recipient:
    """A recipient of the document. Raises ``NotFound``."""
    found = Recipient.objects.select_related("arrived").filter(document=accessed.document, pk=key).first()
    if found is None:
        raise NotFound(_("There is no such recipient."))
    return found


def copy_for(desk: Desk, key: UUID) -> DocumentCopy:
    """A sealed copy with its file, for whoever may see its document; two look-ups by key. Raises ``NotFound``."""
    found = DocumentCopy.objects.filter(pk=key).select_related("file__blob").first()
    if found is None or found.file is None or not _sees_original(desk, found):
        raise NotFound(_("There is no such file."))
    return found


def _sees_original(desk: Desk, copy: DocumentCopy) -> bool:
    if copy.outgoing_id is not None:
        return OutgoingDocument.objects.filter(outgoing_visible_to(desk), pk=copy.outgoing_id).exists()
    assert copy.incoming_id is not None  # a copy is of one document
    there = IncomingDocument.objects.filter(incoming_visible_to(desk), pk=copy.incoming_id)
    return there.exclude(state=IncomingDocument.State.RECALLED).exists()


def draft_offices(desk: Desk) -> dict[UUID, str]:
    """The offices in which the officer may draft documents: those of their own positions."""
    return {held.office_id: held.office_name for held in desk.positions if held.basis == "own"}

"""Reading documents for pages: what waits for whom, the registers, duplicates, who could be given work."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from uuid import UUID

from django.db.models import F, Q, QuerySet

from motcua.engines.editions.queries import in_force
from motcua.engines.scanning.models import Scan
from motcua.kernel.composed import Composed
from motcua.kernel.text.folding import with_hyphens
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import subtree_ids
from motcua.services.correspondence.access import (
    HEAD,
    LEADER,
    Seat,
    clerk_offices,
    incoming_seen,
    outgoing_seen,
)
from motcua.services.correspondence.models import (
    Assignment,
    Delivery,
    IncomingDocument,
    OutgoingDocument,
    SavedSearch,
    ScanStack,
    SearchEntry,
    StackPart,
)
from motcua.services.correspondence.rules import incoming as rules
from motcua.services.correspondence.searching import Hit
from motcua.services.correspondence.types import DOCUMENT_TYPES

STILL = (Assignment.State.OPEN, Assignment.State.GIVEN)
MOST_UNITS, MOST_OFFICERS = 200, 300
_incoming, _outgoing = Composed[IncomingDocument](), Composed[OutgoingDocument]()
_units, _saved = Composed[Office](), Composed[SavedSearch]()


def types(day: date) -> dict[str, str]:
    """The types of documents by code; one statement."""
    return {each.code: each.name for each in in_force(DOCUMENT_TYPES, day).rules.types}


def to_register(desk: Desk) -> "QuerySet[IncomingDocument]":
    """What the clerk has to register, or has registered and not passed on; order by ``-arrived_at, -id``."""
    waiting = IncomingDocument.objects.filter(office__in=sorted(clerk_offices(desk)))
    return waiting.filter(state__in=[IncomingDocument.State.ARRIVED, IncomingDocument.State.REGISTERED])


def to_note(desk: Desk) -> "QuerySet[IncomingDocument]":
    """What was laid before the leader or whom they substitute; order by ``arrived_at, id``."""
    people = sorted(Seat.of(desk).people)
    return IncomingDocument.objects.filter(leader__in=people, state=IncomingDocument.State.PROPOSED)


def tasks(desk: Desk) -> "QuerySet[Assignment]":
    """What the officer has to do, and the units that they lead; order by ``sort_due, id``."""
    mine = Seat.of(desk).of_officer() & Q(officer__isnull=False)
    units = Q(office__in=sorted(desk.offices_with(LEADER, HEAD)), officer=None)
    return _joined(Assignment.objects.filter(mine | units, state=Assignment.State.OPEN))


def overdue(desk: Desk, day: date) -> "QuerySet[Assignment]":
    """Of what the officer has to do, what is late."""
    return tasks(desk).filter(sort_due__lt=day)


def work_of_units(desk: Desk) -> "QuerySet[Assignment]":
    """What is being done in the units that the officer leads, officer by officer; order by ``sort_due, id``."""
    led = sorted(Seat.of(desk).led)
    return _joined(Assignment.objects.filter(office__in=led, state__in=STILL))


def _joined(found: "QuerySet[Assignment]") -> "QuerySet[Assignment]":
    return found.select_related("document__office", "office", "officer")


def incoming_register(office: UUID, begin: datetime, end: datetime) -> "QuerySet[IncomingDocument]":
    """What an office registered from ``begin`` until before ``end``; order by ``registered_at, id``."""
    found = IncomingDocument.objects.filter(office=office, registered_at__gte=begin, registered_at__lt=end)
    return found.select_related("changed_by")


def handled_by(documents: Collection[UUID]) -> dict[UUID, list[Assignment]]:
    """The assignments of some documents that were not undone, by document; one statement."""
    rows = Assignment.objects.filter(document__in=documents, parent=None)
    gone = [Assignment.State.WITHDRAWN, Assignment.State.RETURNED, Assignment.State.FORWARDED]
    found: dict[UUID, list[Assignment]] = {}
    for row in rows.exclude(state__in=gone).select_related("office", "officer").order_by("assigned_at", "id"):
        found.setdefault(row.document_id, []).append(row)
    return found


def notations_of_answers(documents: Collection[UUID]) -> dict[UUID, list[str]]:
    """The notations of what was issued in answer to documents, by document; one statement."""
    issued = OutgoingDocument.objects.filter(answers__in=documents, issued_at__isnull=False)
    found: dict[UUID, list[str]] = {}
    for document, notation in issued.order_by("issued_at", "id").values_list("answers", "notation"):
        found.setdefault(document, []).append(notation)
    return found


def duplicates(
    office: UUID, *, identifier: str, notation: str, sender: str, document_date: date | None, but: UUID | None = None
) -> list[IncomingDocument]:
    """Documents of an office that may be the same: the identifier, or notation and issuer; two statements.

    An agency uses a notation once a year, so that another day of the same year, or none, may be a slip of the pen.
    Source: Decree 30/2020/NĐ-CP, article 15 and appendix VI, part I (warning of duplicates).
    """
    there = IncomingDocument.objects.filter(office=office).exclude(state=IncomingDocument.State.SENT_BACK)
    there = there.exclude(pk=but) if but else there
    found = list(there.filter(identifier=identifier).order_by("id")[:5]) if identifier else []
    if notation.strip():
        key, who = rules.notation_key(notation), sender.strip().casefold()
        alike = there.filter(notation__in=spellings(notation))
        if document_date is not None:
            alike = alike.filter(Q(document_date__year=document_date.year) | Q(document_date=None))
        found += [
            row
            for row in alike.order_by("-id")[:50]
            if rules.notation_key(row.notation) == key and row.sender.casefold() == who and row not in found
        ]
    return found


def spellings(notation: str) -> Sequence[str]:
    """How the same notation may have been typed: leading zeros, blanks around the slash, a dash, capitals."""
    plain = re.sub(r"\s*/\s*", "/", with_hyphens(notation.strip())).lstrip("0")
    ways = product(("", "0", "00"), ("/", " / ", " /", "/ "), "-–", (plain, plain.upper()))
    made = {f"{zeros}{text}".replace("/", slash).replace("-", dash) for zeros, slash, dash, text in ways}
    return sorted({notation.strip(), *made})


def found(desk: Desk, hits: Sequence[Hit]) -> list[IncomingDocument | OutgoingDocument]:
    """The documents that search has found and that are (still) the officer's to see; two statements at most where they
    stand in registers that the officer keeps or reads, else four.
    """
    came = [hit.document for hit in hits if hit.direction == SearchEntry.Direction.IN]
    went = [hit.document for hit in hits if hit.direction == SearchEntry.Direction.OUT]
    found: list[IncomingDocument | OutgoingDocument] = []
    if came:
        rows = _incoming(lambda: IncomingDocument.objects.filter(pk__in=came).order_by("pk"), came, shape=len(came))
        found += incoming_seen(desk, rows)
    if went:
        sent = _outgoing(
            lambda: OutgoingDocument.objects.filter(pk__in=went).select_related("office").order_by("pk"),
            went,
            shape=len(went),
        )
        found += outgoing_seen(desk, sent)
    return found


def units_to_search(desk: Desk) -> list[tuple[str, str]]:
    """The units by which an officer narrows a search: their own, and those of registers they read; one statement."""
    own, registers = sorted(desk.office_ids | Seat.of(desk).led), sorted(Seat.of(desk).registers)
    rows = _units(
        lambda: (
            Office.objects.filter(Q(pk__in=own) | Q(parent__in=registers))
            .order_by("name_fold", "id")
            .only("pk", "name")[:MOST_UNITS]
        ),
        [*own, *registers],
        shape=(len(own), len(registers)),
    )
    return [(str(row.pk), row.name) for row in rows]


def saved_searches(account: UUID | None) -> list[SavedSearch]:
    """What an officer has kept to ask again, by name; one statement."""
    if account is None:
        return []
    return _saved(lambda: SavedSearch.objects.filter(account=account).order_by("name", "id")[:MOST_UNITS], [account])


@dataclass(frozen=True)
class Candidate:
    """A unit or an officer who could be given a part: the key for the form, and what the form shows."""

    key: str
    office: UUID
    officer: UUID | None
    name: str


def earlier_of(found: IncomingDocument, sent: Delivery | None) -> list[IncomingDocument]:
    """The documents that one changes or replaces, as far as they came here; at most one statement."""
    if sent is None:
        return [each for each in [_earlier_inside(found)] if each]
    others = sent.also.order_by("id") if sent.kind == Delivery.Kind.REPLACEMENT else ()
    return [each for each in [sent.earlier, *others] if each]


def _earlier_inside(found: IncomingDocument) -> IncomingDocument | None:
    """The document of another office of this system that a later one of that office changes; at most one statement."""
    if found.channel != IncomingDocument.Channel.INSIDE:
        return None
    earlier = IncomingDocument.objects.filter(sent_as__document__followed_by__recipients__arrived=found)
    return earlier.filter(office=found.office_id).order_by("id").first()


def stacks(offices: Collection[UUID]) -> "QuerySet[ScanStack]":
    """The stacks of papers of some offices."""
    return ScanStack.objects.filter(office__in=offices).select_related("file", "taken_by")


def parts_of(stack: ScanStack) -> tuple[list[StackPart], dict[UUID, Scan]]:
    """The parts of a stack in the order of their pages, and the last scan of each; two statements."""
    parts = list(StackPart.objects.filter(stack=stack).select_related("document", "file__blob").order_by("first"))
    scans = Scan.objects.filter(purpose=StackPart.SCANS, subject__in=[part.pk for part in parts])
    return parts, {scan.subject: scan for scan in scans.order_by("created_at", "id")}


def units_of(office: Office, day: date) -> list[Candidate]:
    """The units under an office; two statements."""
    below = subtree_ids(office) - {office.pk}
    rows = Office.objects.on(day).filter(pk__in=below).order_by("name_fold", "id")
    return [Candidate(str(row.pk), row.pk, None, row.name) for row in rows[:MOST_UNITS]]


def officers_of(office: UUID, at: datetime, *, but: Collection[UUID] = ()) -> list[Candidate]:
    """Who holds a position in an office, once each, by name; one statement."""
    return officers_in([office], at, but=but)


def officers_in(offices: Collection[UUID], at: datetime, *, but: Collection[UUID] = ()) -> list[Candidate]:
    """Who holds a position in one of some offices, once each, by name; one statement."""
    held = Position.objects.on(local_day(at)).filter(office__in=offices).exclude(officer__in=but)
    found: dict[UUID, Candidate] = {}
    for row in held.select_related("officer__account").order_by("officer__sort_key", "id")[:MOST_OFFICERS]:
        name = f"{row.officer.account.display_name} – {row.title}"
        key = f"{row.office_id}.{row.officer_id}"
        found.setdefault(row.officer_id, Candidate(key, row.office_id, row.officer_id, name))
    return list(found.values())


def leaders_of(office: UUID, at: datetime, *, roles: Sequence[str] = (LEADER, HEAD)) -> list[tuple[str, str]]:
    """The leaders of an office, who write notes; of other ``roles``, who hold one of these. One statement."""
    held = Position.objects.on(local_day(at)).filter(office=office, roles__overlap=list(roles))
    rows = held.select_related("officer__account").order_by("officer__sort_key", "id")[:MOST_OFFICERS]
    return list({str(row.officer_id): f"{row.officer.account.display_name} – {row.title}" for row in rows}.items())


def due_soon(day: date, *, within: timedelta, most: int) -> list[Assignment]:
    """Open tasks due within some days or late, of which nobody was warned yet, or only before that; one statement."""
    running = Assignment.objects.filter(state=Assignment.State.OPEN, sort_due__lte=day + within)
    unwarned = running.exclude(part=Assignment.Part.INFORMATION).filter(
        Q(told_on=None) | Q(sort_due__lt=day, told_on__lte=F("sort_due"))
    )
    return list(unwarned.select_related("document").order_by("sort_due", "id")[:most])

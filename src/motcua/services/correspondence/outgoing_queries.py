"""Reading documents that go out: what waits for whom, the register, reserved numbers and gaps."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from motcua.engines.editions.queries import in_force
from motcua.people.officers.desks import Desk
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import ancestor_ids
from motcua.services.correspondence.access import LEADER, Seat, clerk_offices
from motcua.services.correspondence.models import Opinion, OutgoingDocument, Recipient, ReservedNumber
from motcua.services.correspondence.rules import outgoing as rules
from motcua.services.correspondence.types import DOCUMENT_TYPES

State = OutgoingDocument.State
MOST_NUMBERS = 500


def drafts(desk: Desk) -> "QuerySet[OutgoingDocument]":
    """What the officer has drafted and is not issued yet; order by ``-begun_at, -id``."""
    mine = OutgoingDocument.objects.filter(drafter__in=sorted(Seat.of(desk).people))
    return mine.exclude(state__in=[State.ISSUED, State.RECALLED, State.DISCARDED])


def own(desk: Desk) -> "QuerySet[OutgoingDocument]":
    """All that the officer has drafted; order by ``-begun_at, -id``."""
    return OutgoingDocument.objects.filter(drafter__in=sorted(Seat.of(desk).people))


def asked(desk: Desk) -> "QuerySet[Opinion]":
    """The opinions that the officer is asked for; order by ``asked_at, id``."""
    waiting = Opinion.objects.filter(officer__in=sorted(Seat.of(desk).people), state=Opinion.State.ASKED)
    return waiting.select_related("document")


def to_sign(desk: Desk) -> "QuerySet[OutgoingDocument]":
    """What waits for the signature of the officer, or of who has delegated it; order by ``begun_at, id``."""
    signers = {held.officer_id for held in desk.positions if LEADER in held.roles and held.basis != "substitute"}
    return OutgoingDocument.objects.filter(signer__in=sorted(signers), state=State.SIGNING)


def with_clerk(desk: Desk) -> "QuerySet[OutgoingDocument]":
    """What waits for the clerk: to check, to number and seal, to issue; order by ``begun_at, id``."""
    waiting = OutgoingDocument.objects.filter(office__in=sorted(clerk_offices(desk)))
    return waiting.filter(state__in=[State.REVIEW, State.SIGNED, State.SEALED])


def register(office: UUID, begin: datetime, end: datetime) -> "QuerySet[OutgoingDocument]":
    """What an office issued from ``begin`` until before ``end``; order by ``issued_at, id``."""
    found = OutgoingDocument.objects.filter(office=office, issued_at__gte=begin, issued_at__lt=end)
    return found.select_related("unit")


def agencies_of(unit: UUID, day: date) -> list[Office]:
    """Where a unit's documents may be issued: the unit and the offices above it that have a leader; two statements."""
    above = Office.objects.on(day).filter(pk__in=ancestor_ids(unit), positions__roles__contains=["leader"])
    return list(above.distinct().order_by("name_fold", "id"))


def proposed_mark(office: Office, unit: Office, kind: str, day: date) -> str:
    """What usually follows the number of a document of this type; one statement."""
    found = in_force(DOCUMENT_TYPES, day).rules.find(kind)
    agency = rules.agency_mark(office.name, office.kind)
    drafting = "" if unit.pk == office.pk else rules.agency_mark(unit.name, unit.kind)
    return rules.mark_of(found.abbreviation if found else "", agency, drafting)


def free_numbers(document: OutgoingDocument, year: int) -> list[ReservedNumber]:
    """The reserved numbers that a document may take; one statement."""
    found = ReservedNumber.objects.filter(
        ReservedNumber.FREE, office=document.office_id, series=document.series, year=year
    )
    return list(found.order_by("number")[:MOST_NUMBERS])


def reserved(office: UUID, year: int) -> list[ReservedNumber]:
    """All numbers of a year that were taken out of the row, the latest first; one statement."""
    found = ReservedNumber.objects.filter(office=office, year=year).select_related("used_by", "by")
    return list(found.order_by("-at", "-id")[:MOST_NUMBERS])


def years_of_numbers(office: UUID, this: int) -> list[int]:
    """The years of which numbers were taken out of the row, and this one, the latest first; one statement."""
    found = ReservedNumber.objects.filter(office=office).order_by().values_list("year", flat=True).distinct()
    return sorted({this, *found}, reverse=True)


def on_their_way_inside(document: OutgoingDocument, shown: Sequence[Recipient]) -> dict[str, int] | None:
    """How many offices of this system have an issued document already; None when all have. At most one statement:
    offices are served in the order of ``shown``, the first recipients.
    """
    if all(each.arrived_id for each in shown) and len(shown) < rules.INSIDE_AT_ONCE:
        return None
    return _so_far(document, Q(arrived__isnull=False))


def being_recalled(document: OutgoingDocument, shown: Sequence[Recipient]) -> dict[str, int] | None:
    """How many offices of this system a recalled document was taken back from; as :func:`on_their_way_inside`."""
    gone = [each.arrived is None or each.arrived.state == "recalled" for each in shown]
    if all(gone) and len(shown) < rules.INSIDE_AT_ONCE:
        return None
    return _so_far(document, Q(arrived=None) | Q(arrived__state="recalled"))


def _so_far(document: OutgoingDocument, done: Q) -> dict[str, int] | None:
    inside = Recipient.objects.filter(document=document, way=Recipient.Way.INSIDE)
    found: dict[str, int] = inside.aggregate(all=Count("pk"), done=Count("pk", filter=done))
    return found if found["done"] < found["all"] else None

"""Who opened which document, when (lịch sử xem, thống kê truy cập; Decree 30/2020/NĐ-CP, appendix VI, parts I and II).

They are access records of the kernel: the document stands there as what was opened and as whose data it is.
"""

from typing import NamedTuple

from django.db.models import Count, QuerySet

from motcua.kernel.events.access_log import record_access
from motcua.kernel.events.models import AccessRecord
from motcua.kernel.events.queries import accesses_of
from motcua.people.officers.desks import Desk
from motcua.services.correspondence.access import Incoming, Outgoing, Seat
from motcua.services.correspondence.models import DocumentCopy

DOCUMENT, FILE = "document", "document_file"


def note_opened(accessed: Incoming | Outgoing, *, purpose: str = DOCUMENT) -> None:
    """Keep that the officer has opened the document, or a file of it; one statement."""
    document, who = accessed.document, accessed.desk.account_id
    assert who is not None  # nobody else gets at a document
    record_access(who=who, whose=document.pk, purpose=purpose, subject=document.stream)


def note_copy_opened(desk: Desk, copy: DocumentCopy) -> None:
    """Keep that the officer has opened a certified copy, as a file of the document."""
    assert desk.account_id is not None  # nobody else gets at a copy
    of = f"outgoing:{copy.outgoing_id}" if copy.outgoing_id else f"incoming:{copy.incoming_id}"
    whose = copy.outgoing_id or copy.incoming_id
    assert whose is not None  # a copy is of one document
    record_access(who=desk.account_id, whose=whose, purpose=FILE, subject=of)


def may_see_openings(accessed: Incoming | Outgoing) -> bool:
    """Whoever keeps or reads the register in which the document is; of one that goes out, who leads its unit, too."""
    seat, document = Seat.of(accessed.desk), accessed.document
    return document.office_id in seat.registers or getattr(document, "unit_id", None) in seat.led


def openings_of(accessed: Incoming | Outgoing) -> "QuerySet[AccessRecord]":
    """The openings of a document, the latest first."""
    return accesses_of(accessed.document.pk)


class Figures(NamedTuple):
    """How often, and by how many people."""

    openings: int
    people: int


def figures_of(accessed: Incoming | Outgoing) -> Figures:
    """How often the document was opened, and by how many; one statement."""
    found = openings_of(accessed).order_by().aggregate(openings=Count("pk"), people=Count("who", distinct=True))
    return Figures(**found)

"""How what happens in a centre is told: one event each, and news for boards and counter screens."""

from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.kernel.events.actions import record
from motcua.kernel.streams import topics
from motcua.services.service_centre.models import Booking, Centre, Ticket

BOARD = "queue-board"  # the topic that boards follow, by the key of the centre
QUEUE = "queue-waiting"  # the topic that counter screens follow, by the key of the counter
# The board, and the counters where somebody sits who can call the number.
_FOLLOWED = """SELECT %s, %s::text UNION ALL
    SELECT %s, counter.id::text FROM service_centre_counter counter
    WHERE counter.centre_id = %s AND counter.officer_id IS NOT NULL AND (%s OR EXISTS (
        SELECT FROM service_centre_counter_services served
        WHERE served.counter_id = counter.id AND served.service_id = %s))"""
AT_EVERY_COUNTER = {"missed", "reinstated"}  # who did not come stands on all screens of the centre


def tell_ticket(ticket: Ticket, what: str, *, by: UUID | None, at: datetime, **references: Any) -> None:
    """``ticket.called`` and its sisters, in the transaction that makes it true."""
    told = {
        "centre": str(ticket.centre_id),
        "service": str(ticket.service_id),
        "day": ticket.day.isoformat(),
        "number": ticket.number,
        **references,
    }
    office = ticket.centre.office_id
    everywhere = what in AT_EVERY_COUNTER
    topics.tell_found(_FOLLOWED, [BOARD, ticket.centre_id, QUEUE, ticket.centre_id, everywhere, ticket.service_id])
    record(stream=ticket.stream, kind=f"ticket.{what}", actor=by, agency=office, references=told, at=at)


def tell_centre(centre: Centre, what: str, *, by: UUID | None, at: datetime, **references: Any) -> None:
    """``centre.opened`` and its sisters: what is set up, and who sits where."""
    stream = f"centre:{centre.pk}"
    topics.tell(BOARD, centre.pk)
    record(stream=stream, kind=f"centre.{what}", actor=by, agency=centre.office_id, references=references, at=at)


def tell_priority(code: str, what: str, *, by: UUID, at: datetime, **references: Any) -> None:
    """``priority_group.defined`` and ``ended``: who goes first in all centres."""
    stream = f"priority-group:{code}"
    record(stream=stream, kind=f"priority_group.{what}", actor=by, agency=None, references=references, at=at)


def tell_booking(booking: Booking, what: str, *, by: UUID | None, at: datetime, **references: Any) -> None:
    """``appointment.made`` and its sisters."""
    centre = booking.service.centre
    told = {
        "centre": str(centre.pk),
        "service": str(booking.service_id),
        "starts_at": booking.starts_at.isoformat(),
        **references,
    }
    stream = f"appointment:{booking.pk}"
    record(stream=stream, kind=f"appointment.{what}", actor=by, agency=centre.office_id, references=told, at=at)

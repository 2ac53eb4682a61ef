"""What of documents stands in the officers' menu and on their home page."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from motcua.kernel.web.keyset import capped_count
from motcua.kernel.web.navigation import Waiting
from motcua.people.officers.pages.at_desk import desk_of, works_here
from motcua.services.correspondence import queries
from motcua.services.correspondence.access import HEAD, LEADER, Seat, clerk_offices

_WAITING = """
    SELECT FROM (
        SELECT id FROM correspondence_assignment WHERE state = 'open' AND officer_id = ANY(%s)
        UNION ALL SELECT id FROM correspondence_assignment
        WHERE state = 'open' AND officer_id IS NULL AND office_id = ANY(%s)
        UNION ALL SELECT id FROM correspondence_incomingdocument WHERE state = 'proposed' AND leader_id = ANY(%s)
        UNION ALL SELECT id FROM correspondence_incomingdocument
        WHERE state IN ('arrived', 'registered') AND office_id = ANY(%s)
    ) AS correspondence_waiting
"""


def sees(request: HttpRequest) -> bool:
    """Every officer with a position may be given a document."""
    return works_here(request) and bool(desk_of(request).positions)


def waiting(request: HttpRequest) -> Waiting:
    """All that waits for the officer: to register, to note, to do."""
    desk = desk_of(request)
    people = sorted(Seat.of(desk).people)
    return Waiting(_WAITING, [people, sorted(desk.offices_with(LEADER, HEAD)), people, sorted(clerk_offices(desk))])


def today(request: HttpRequest) -> dict[str, Any] | None:
    """How many tasks wait, and how many are late; two statements. Nothing where none waits."""
    if not sees(request):
        return None
    desk = desk_of(request)
    todo = capped_count(queries.tasks(desk))
    if not todo.value:
        return None
    return {"todo": todo, "overdue": capped_count(queries.overdue(desk, timezone.localdate()))}

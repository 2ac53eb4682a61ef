"""What of tasks stands in the officers' menu, on their home page and on the pages of documents and appointments."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.time.queries import book
from motcua.kernel.web.keyset import capped_counts
from motcua.kernel.web.navigation import Waiting
from motcua.services.correspondence.access import HEAD, LEADER, Incoming, Seat
from motcua.services.correspondence.pages.menus import sees
from motcua.services.tasks import access, queries
from motcua.services.tasks.delegating import desk_of
from motcua.services.tasks.models import Task
from motcua.services.tasks.pages.shared import task_row

# Everything is read from an index of its own; what is counted twice here waits twice.
_WAITING = """
    SELECT FROM (
        SELECT id FROM tasks_task WHERE state = 'doing' AND officer_id = ANY(%s)
        UNION ALL SELECT id FROM tasks_task WHERE state IN ('ordered', 'reported') AND unit_id = ANY(%s)
        UNION ALL SELECT id FROM tasks_task
        WHERE state IN ('submitted', 'returned')
        AND (leader_id = ANY(%s) AND office_id = ANY(%s) OR office_id = ANY(%s))
        UNION ALL SELECT e.id FROM tasks_extension e JOIN tasks_task t ON t.id = e.task_id
        WHERE e.state = 'asked' AND (t.leader_id = ANY(%s) AND t.office_id = ANY(%s) OR t.office_id = ANY(%s))
        UNION ALL SELECT i.id FROM tasks_involved i JOIN tasks_task t ON t.id = i.task_id
        WHERE i.part = 'supports' AND i.done_at IS NULL AND t.closed_at IS NULL
        AND (i.officer_id = ANY(%s) OR (i.officer_id IS NULL AND i.office_id = ANY(%s)))
    ) AS tasks_waiting
"""


def waiting(request: HttpRequest) -> Waiting:
    """All that waits for the officer: to work on, to give, to look at, to accept."""
    desk = desk_of(request)
    people, heads = sorted(Seat.of(desk).people), sorted(desk.offices_with(LEADER, HEAD))
    judged = [people, sorted(desk.office_ids), heads]
    return Waiting(_WAITING, [people, heads, *judged, *judged, people, heads])


def today(request: HttpRequest) -> dict[str, Any] | None:
    """What of tasks waits for a head or leader, how much of it is late; one statement."""
    desk = desk_of(request)
    if not sees(request) or not Seat.of(desk).led:
        return None
    now, units = timezone.now(), queries.of_units(desk)
    counts = capped_counts(
        {
            "todo": queries.todo(desk),
            "judge": queries.to_judge(desk),
            "soon": units.filter(queries.standing("soon", now)),
            "overdue": units.filter(queries.standing("overdue", now)),
        }
    )
    return dict(counts) if any(count.value for count in counts.values()) else None


def of_document(request: HttpRequest, document: Incoming) -> dict[str, Any] | None:
    """For the page of a document that came in: the tasks that come from it, and whether one may be ordered."""
    desk = desk_of(request)
    found = queries.of_document(desk, document.document.pk)
    new = ""
    if access.offices_for_document(desk, document):
        new = f"{reverse('tasks:new')}?document={document.document.pk}"
    if not found and not new:
        return None
    return {"rows": _rows(found) if found else [], "new": new}


def of_appointment(request: HttpRequest, appointment: Any) -> dict[str, Any] | None:
    """For the page of an appointment that has begun: ordering what was concluded there."""
    begun = appointment.state == "published" and appointment.starts_at <= timezone.now()
    if not begun or not access.ordering_offices(desk_of(request)):
        return None
    day = timezone.localtime(appointment.starts_at).date()
    meeting = urlencode({"meeting": appointment.subject[:300], "concluded_on": day.isoformat()})
    return {"new": f"{reverse('tasks:new')}?{meeting}"}


def _rows(found: list[Task]) -> list[dict[str, Any]]:
    calendars, now = book(), timezone.now()
    return [{**task_row(task, calendars, now), "level": 1, "opens": True} for task in found]

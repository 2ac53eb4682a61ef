"""What of documents stands in the officers' menu and on their home page."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from motcua.kernel.web.keyset import capped_counts
from motcua.kernel.web.navigation import Waiting
from motcua.people.officers.pages.at_desk import works_here
from motcua.services.correspondence import queries
from motcua.services.correspondence.access import HEAD, LEADER, Seat, clerk_offices
from motcua.services.correspondence.delegating import desk_of

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


_OUT = """
    SELECT FROM (
        SELECT id FROM correspondence_opinion WHERE state = 'asked' AND officer_id = ANY(%s)
        UNION ALL SELECT id FROM correspondence_outgoingdocument WHERE state = 'signing' AND signer_id = ANY(%s)
        UNION ALL SELECT id FROM correspondence_outgoingdocument
        WHERE state IN ('review', 'signed', 'sealed') AND office_id = ANY(%s)
    ) AS correspondence_waiting_out
"""


def waiting_out(request: HttpRequest) -> Waiting:
    """What of documents that go out waits for the officer: an opinion, a signature, the clerk's work."""
    desk = desk_of(request)
    people = sorted(Seat.of(desk).people)
    own = [held.officer_id for held in desk.positions if LEADER in held.roles and held.basis != "substitute"]
    return Waiting(_OUT, [people, own, sorted(clerk_offices(desk))])


def addresses_of(subjects: Collection[str]) -> dict[str, str]:
    """The pages of documents that go out, for those who sign them."""
    keys = {subject: subject.removeprefix("outgoing:") for subject in subjects}
    return {subject: reverse("correspondence:sending", args=[key]) for subject, key in keys.items()}


def today(request: HttpRequest) -> dict[str, Any] | None:
    """How many tasks wait in the units of a head or leader, and how many are late; one statement."""
    desk = desk_of(request)
    if not sees(request) or not Seat.of(desk).led:
        return None
    counts = capped_counts({"todo": queries.tasks(desk), "overdue": queries.overdue(desk, timezone.localdate())})
    return dict(counts) if counts["todo"].value else None

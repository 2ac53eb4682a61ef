"""The state of a queue, read once, from which waits are foretold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from motcua.services.service_centre import queries
from motcua.services.service_centre.models import Centre, Counter, Service, State, Ticket
from motcua.services.service_centre.rules import calling, estimates
from motcua.services.service_centre.rules.calling import Turn, Waiting
from motcua.services.service_centre.rules.estimates import Place
from motcua.services.service_centre.rules.opening import Day

# The last twenty of each service within a month; who sat for hours with an open ticket measures nothing.
_MEASURED = """
SELECT s.id, d.minutes FROM service_centre_service s
CROSS JOIN LATERAL (
    SELECT extract(epoch FROM t.ended_at - t.taken_at)::float / 60 AS minutes
    FROM service_centre_ticket t
    WHERE t.service_id = s.id AND t.state = 'finished' AND t.ended_at > %s::timestamptz - interval '30 days'
    ORDER BY t.ended_at DESC LIMIT 20
) d
WHERE s.centre_id = %s AND d.minutes BETWEEN 0.2 AND 120
"""


@dataclass(frozen=True)
class Wait:
    """A foretold wait in minutes by the clock, breaks included; None while nobody serves it."""

    minutes: float | None
    ahead: int
    beyond_closing: bool = False


@dataclass(frozen=True)
class Forecast:
    """The queue of a centre at a moment."""

    at: datetime
    day: Day
    waiting: Sequence[Waiting]
    places: Sequence[Place]
    minutes: Mapping[UUID, float]

    def wait_of(self, service: UUID, turn: Turn, *, ticket: UUID | None = None) -> Wait:
        """How long a ticket with this turn would wait, or the one that is in the queue already."""
        own = Waiting(order=_LAST if ticket is None else ticket, service=service, turn=turn)
        queue = calling.in_turn([each for each in self.waiting if each.order != ticket], self.at)
        mark = calling.before(own, self.at)
        ahead = [each.service for each in queue if calling.before(each, self.at) < mark]
        rivals = {rival for place in self.places if service in place.services for rival in place.services}
        count = sum(each in rivals or each == service for each in ahead)
        work = estimates.wait(ahead, service, self.places, self.minutes)
        if work is None:
            return Wait(None, count)
        called = self.day.after_work(self.at, work)
        if called is None:
            return Wait(work, count, beyond_closing=True)
        return Wait((called - self.at).total_seconds() / 60, count)


_LAST = UUID(int=2**128 - 1)


def of(centre: Centre, at: datetime) -> Forecast:
    """Read the queue, the manned counters and what was measured; eight statements at most."""
    waiting = [
        Waiting(pk, service, Turn(rank_at, not_before))
        for pk, service, rank_at, not_before in queries.waiting(centre.pk, at).values_list(
            "pk", "service_id", "rank_at", "not_before"
        )
    ]
    minutes = _minutes(centre, at)
    return Forecast(at, queries.day_of(centre, at), waiting, _places(centre, at, minutes), minutes)


def _minutes(centre: Centre, at: datetime) -> dict[UUID, float]:
    measured: dict[UUID, list[float]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MEASURED, [at, centre.pk])
        for service, minutes in cursor.fetchall():
            measured.setdefault(service, []).append(minutes)
    planned = Service.objects.filter(centre=centre).order_by("id").values_list("pk", "minutes")
    return {service: estimates.minutes_each(plan, measured.get(service, [])) for service, plan in planned}


def _places(centre: Centre, at: datetime, minutes: Mapping[UUID, float]) -> list[Place]:
    manned = (
        Counter.objects.filter(centre=centre, officer__isnull=False).order_by("number").prefetch_related("services")
    )
    taken = Ticket.objects.filter(centre=centre, day=queries.today(at), state=State.CALLED)
    busy = {ticket.counter_id: ticket for ticket in taken.order_by("id")}
    return [
        Place(frozenset(service.pk for service in counter.services.all()), _left(busy.get(counter.pk), at, minutes))
        for counter in manned
    ]


def _left(ticket: Ticket | None, at: datetime, minutes: Mapping[UUID, float]) -> float:
    if ticket is None or ticket.taken_at is None:
        return 0.0
    return max(0.0, minutes[ticket.service_id] - (at - ticket.taken_at).total_seconds() / 60)

"""What the pages of a service centre read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Case, Count, Q, QuerySet, Value, When

from motcua.kernel.time.queries import calendar_for, read_hours
from motcua.kernel.time.rules import VIETNAM
from motcua.services.service_centre.models import (
    Booking,
    Centre,
    Counter,
    Device,
    PriorityGroup,
    Service,
    SpecialDay,
    State,
    Ticket,
)
from motcua.services.service_centre.rules import slots as slot_rules
from motcua.services.service_centre.rules.opening import Day
from motcua.services.service_centre.rules.slots import Slot

MOST_CALLED = 100  # counters have numbers up to 99
MOST_WAITING_SHOWN = 12


def today(at: datetime) -> date:
    """The day in Vietnam."""
    return at.astimezone(VIETNAM).date()


def day_of(centre: Centre, at: datetime) -> Day:
    """The centre's hours on the day of a moment: those set for the day, else those of its office; two statements."""
    return day_on(centre, today(at))


def day_on(centre: Centre, on: date) -> Day:
    """As :func:`day_of`, by date."""
    special = SpecialDay.objects.filter(centre=centre, date=on).first()
    hours = read_hours(special.intervals) if special else calendar_for(centre.office_id).hours_on(on)
    return Day(on, hours, timedelta(minutes=centre.early_minutes), timedelta(minutes=centre.last_minutes))


def minutes(number: int) -> timedelta:
    """A stretch of so many minutes."""
    return timedelta(minutes=number)


def head_start(group: PriorityGroup | None) -> timedelta:
    """By how much a priority group goes first."""
    return timedelta(minutes=group.head_start if group else 0)


def priorities(on: date) -> list[PriorityGroup]:
    """The priority groups of a day."""
    return list(PriorityGroup.objects.on(on).order_by("-head_start", "name"))


def waiting(centre: UUID, at: datetime) -> QuerySet[Ticket]:
    """The queue of today in the order in which it is called: :func:`rules.calling.before`, as SQL."""
    early = Case(When(not_before__gt=at, then=Value(True)), default=Value(False), output_field=BooleanField())
    found = Ticket.objects.filter(centre=centre, day=today(at), state=State.WAITING)
    return found.annotate(early=early).order_by("early", "rank_at", "id")


def served_by(counter: UUID) -> QuerySet[Service]:
    """The services of a counter, for a condition."""
    return Service.objects.filter(counters=counter)


def waiting_for(counter: Counter, at: datetime) -> QuerySet[Ticket]:
    """The part of the queue that a counter serves, in turn."""
    mine = waiting(counter.centre_id, at).filter(service__in=served_by(counter.pk).values("pk"))
    return mine.select_related("service", "priority")


def current(counter: UUID) -> Ticket | None:
    """Who is at a counter."""
    found = Ticket.objects.filter(counter=counter, state=State.CALLED)
    return found.select_related("service", "priority", "centre").first()


def announced(centre: UUID, at: datetime, *, most: int = MOST_CALLED) -> list[Ticket]:
    """The tickets at counters, all of them, the latest called or recalled first."""
    found = Ticket.objects.filter(centre=centre, day=today(at), state=State.CALLED)
    return list(found.select_related("counter").order_by("-announced_at", "-id")[:most])


def missed(centre: UUID, at: datetime, *, most: int = 8) -> list[Ticket]:
    """Who did not come when called today, the latest first."""
    found = Ticket.objects.filter(centre=centre, day=today(at), state=State.MISSED)
    return list(found.select_related("service").order_by("-ended_at", "-id")[:most])


def offered(centre: UUID) -> list[Service]:
    """The services that give numbers, in their order."""
    return list(Service.objects.filter(centre=centre, is_offered=True).order_by("position", "prefix"))


def counters_of(centres: Iterable[UUID]) -> list[Counter]:
    """The counters in use, with who sits there."""
    found = Counter.objects.filter(centre__in=list(centres), is_used=True)
    return list(
        found.select_related("centre__office", "officer")
        .prefetch_related("services")
        .order_by("centre__office__name_fold", "number")
    )


def ahead_of(ticket: Ticket, at: datetime) -> int:
    """How many are called before a ticket that waits, counting those whom the same counters serve; one statement."""
    rivals = Service.objects.filter(counters__services=ticket.service_id).values("pk")
    queue = Ticket.objects.filter(centre=ticket.centre_id, day=ticket.day, state=State.WAITING)
    before = Q(rank_at__lt=ticket.rank_at) | Q(rank_at=ticket.rank_at, id__lt=ticket.pk)
    mine = queue.filter(Q(service=ticket.service_id) | Q(service__in=rivals))
    if ticket.not_before > at:
        return mine.filter(Q(not_before__lte=at) | before).exclude(pk=ticket.pk).count()
    return mine.filter(before, not_before__lte=at).count()


@dataclass(frozen=True)
class Load:
    """A service as the supervisor sees it now."""

    service: Service
    waiting: int
    longest: timedelta
    counters: int
    served: int
    missed: int


def loads(centre: UUID, at: datetime) -> list[Load]:
    """What waits at every service, the longest wait, and who serves it; two statements."""
    on = today(at)
    services = Service.objects.filter(centre=centre).order_by("position", "prefix")
    manned = services.annotate(manned=Count("counters", filter=Q(counters__officer__isnull=False), distinct=True))
    with connection.cursor() as cursor:
        cursor.execute(_LOADS, [centre, on])
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
    found = []
    for service in manned:
        waits, since, served, gone = counts.get(service.pk, (0, None, 0, 0))
        longest = at - since if since else timedelta()
        found.append(Load(service, waits, longest, service.manned, served, gone))
    return [load for load in found if load.service.is_offered or load.waiting]


_LOADS = """
SELECT service_id, count(*) FILTER (WHERE state = 'waiting'), min(issued_at) FILTER (WHERE state = 'waiting'),
       count(*) FILTER (WHERE state = 'finished'), count(*) FILTER (WHERE state = 'missed')
FROM service_centre_ticket WHERE centre_id = %s AND day = %s GROUP BY service_id
"""

_PAIRS = """
SELECT service_id, estimated_minutes, extract(epoch FROM called_at - issued_at)::float / 60
FROM service_centre_ticket
WHERE centre_id = %s AND day = %s AND called_at IS NOT NULL AND estimated_minutes IS NOT NULL
ORDER BY issued_at
"""


def told_and_waited(centre: UUID, on: date) -> dict[UUID, list[tuple[float, float]]]:
    """By service, the minutes that the tickets of a day were told and those until they were called; one statement."""
    pairs: dict[UUID, list[tuple[float, float]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [centre, on])
        for service, said, waited in cursor.fetchall():
            pairs.setdefault(service, []).append((float(said), waited))
    return pairs


@dataclass(frozen=True)
class AtWork:
    """A counter as the supervisor sees it now."""

    counter: Counter
    ticket: Ticket | None
    served: int


def at_work(centre: UUID, at: datetime) -> list[AtWork]:
    """Every counter in use, who is there and how many it has served today; four statements."""
    counters = counters_of([centre])
    called = {
        ticket.counter_id: ticket
        for ticket in Ticket.objects.filter(centre=centre, day=today(at), state=State.CALLED).order_by("id")
    }
    done = Ticket.objects.filter(counter__in=counters, day=today(at), state=State.FINISHED)
    served = dict(done.values_list("counter").annotate(n=Count("pk")).order_by("counter"))
    return [AtWork(counter, called.get(counter.pk), served.get(counter.pk, 0)) for counter in counters]


def centres(offices: Sequence[UUID] | None) -> list[Centre]:
    """The centres of some offices, or (None) all."""
    found = Centre.objects.select_related("office").order_by("office__name_fold", "id")
    return list(found if offices is None else found.filter(office__in=offices))


def devices(centre: UUID) -> list[Device]:
    """The screens in service."""
    found = Device.objects.filter(centre=centre, ended_at=None).select_related("counter")
    return list(found.order_by("kind", "name", "id"))


def free_slots(service: Service, at: datetime) -> dict[date, list[Slot]]:
    """The days that the centre plans on which it works, with the times that can still be booked; three statements."""
    centre, first = service.centre, today(at)
    days = [first + timedelta(days=n) for n in range(centre.booking_days + 1)]
    special = {
        each.date: each.intervals for each in SpecialDay.objects.filter(centre=centre, date__in=days).order_by("date")
    }
    calendar = calendar_for(centre.office_id)
    taken = Booking.objects.filter(service=service, day__in=days, state__in=["booked", "arrived"])
    counts = dict(taken.values_list("starts_at").annotate(n=Count("pk")).order_by("starts_at"))
    found = {}
    for day in days:
        hours = read_hours(special[day]) if day in special else calendar.hours_on(day)
        open_day = Day(day, hours, timedelta(), timedelta())
        if hours:
            found[day] = slot_rules.slots(open_day, service.slot_minutes, service.slot_places, counts, at)
    return found


def bookable() -> list[Service]:
    """The services for which appointments are made, by centre."""
    found = Service.objects.filter(is_offered=True, slot_minutes__gt=0).select_related("centre__office")
    return list(found.order_by("centre__office__name_fold", "position", "prefix")[:500])


def bookings_of(account: UUID) -> list[Booking]:
    """The latest appointments of an account."""
    found = Booking.objects.filter(account=account).select_related("service__centre__office", "ticket")
    return list(found.order_by("-starts_at", "-id")[:30])

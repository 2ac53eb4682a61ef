"""The day ends, and days on which a centre keeps other hours."""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.kernel.errors import Refused
from motcua.kernel.text.dates import midnight
from motcua.kernel.text.typed import written
from motcua.services.service_centre.actions.setting import LONGEST_REASON
from motcua.services.service_centre.models import Booking, Centre, Counter, SpecialDay, State, Ticket
from motcua.services.service_centre.queries import today
from motcua.services.service_centre.telling import tell_booking, tell_centre, tell_ticket

AT_ONCE = 200


@transaction.atomic
def set_special_day(
    *, centre: Centre, day: date, intervals: Sequence[tuple[time, time]], reason: str, by: UUID, at: datetime
) -> SpecialDay:
    """Open a centre at other hours on one day, or (no intervals) close it. Raises ``Refused``."""
    edges = [edge for interval in intervals for edge in interval]
    if any(early >= late for early, late in pairwise(edges)):
        raise Refused(_("Hours must follow each other."), field="hours", code="hours")
    if day < today(at):
        raise Refused(_("This day is past."), field="date", code="past")
    why = written(reason, _("Say why."), "reason", LONGEST_REASON)
    stored = [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in intervals]
    made, _new = SpecialDay.objects.update_or_create(
        centre=centre, date=day, defaults={"intervals": stored, "reason": why}
    )
    tell_centre(centre, "day_set", by=by, at=at, day=day.isoformat(), hours=stored, reason=made.reason)
    return made


def close_day(*, before: date, at: datetime) -> int:
    """End what the days before one left: numbers lapse, counters are left. Returns how many lapsed.

    In batches of their own transaction, so that a worker that is killed goes on where it was.
    """
    lapsed = 0
    while batch := _lapse(before, at):
        lapsed += batch
    with transaction.atomic():
        for booking in (
            Booking.objects.select_for_update(of=("self",))
            .select_related("service__centre")
            .filter(day__lt=before, state=Booking.State.BOOKED)
            .order_by("id")
        ):
            booking.state, booking.ended_at = Booking.State.MISSED, at
            booking.save(update_fields=["state", "ended_at"])
            tell_booking(booking, "missed", by=None, at=at)
    with transaction.atomic():
        for counter in Counter.objects.select_for_update(of=("self",)).select_related("centre").filter(
            officer__isnull=False, since__lt=midnight(before)
        ).order_by("id"):  # fmt: skip
            counter.officer, counter.since = None, None
            counter.save(update_fields=["officer", "since"])
            tell_centre(counter.centre, "counter_left", by=None, at=at, counter=counter.number)
    return lapsed


@transaction.atomic
def _lapse(before: date, at: datetime) -> int:
    left = Ticket.objects.filter(day__lt=before, state__in=[State.WAITING, State.CALLED])
    batch = list(left.select_for_update(of=("self",)).select_related("centre").order_by("id")[:AT_ONCE])
    for ticket in batch:
        ticket.state, ticket.ended_at = State.LAPSED, at
        ticket.save(update_fields=["state", "ended_at"])
        tell_ticket(ticket, "lapsed", by=None, at=at)
    return len(batch)

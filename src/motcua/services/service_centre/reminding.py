"""Whoever has an appointment is reminded of it the day before, once."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import Group, declare
from motcua.kernel.text import local_date, local_time
from motcua.services.service_centre.models import Booking
from motcua.services.service_centre.queries import today

APPOINTMENTS = Group(code="appointments", label=_("My appointments"), audience="citizens")
_TOMORROW = declare(
    code="appointment.tomorrow",
    group=APPOINTMENTS,
    subject=_("Appointment tomorrow at {time}"),
    body=_("“{service}” at {centre}, {day} at {time}. If you cannot come, please cancel it for somebody else."),
)


def remind(*, at: datetime) -> int:
    """Tell those whose appointment is tomorrow; told again, nobody hears it twice. Returns how many were told."""
    tomorrow = today(at) + timedelta(days=1)
    booked = Booking.objects.filter(day=tomorrow, state=Booking.State.BOOKED)
    rows = booked.select_related("service__centre__office").order_by("starts_at", "id")
    return sum(
        notify(
            _TOMORROW,
            recipients={row.account_id},
            facts={
                "service": row.service.name,
                "centre": row.service.centre.office.name,
                "day": local_date(row.starts_at),
                "time": local_time(row.starts_at),
            },
            key=f"appointment:{row.pk}:tomorrow",
            url=reverse("service_centre:appointment", args=[row.pk]),
            at=at,
        )
        for row in rows.iterator(chunk_size=500)
    )

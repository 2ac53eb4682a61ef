"""On the page where somebody lets a colleague take over: where that one is elsewhere at the time."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from motcua.kernel.text.dates import midnight
from motcua.people.officers.taking_over import TakingOver
from motcua.services.diary import queries
from motcua.services.diary.models import Appointment
from motcua.services.diary.pages.shared import span, weekday


def section(_request: HttpRequest, about: TakingOver) -> dict[str, Any] | None:
    """When both have something, no more, for not both weeks may be theirs to see. None where nothing clashes."""
    begin = max(midnight(about.since), timezone.now())
    end = midnight(about.last_day + timedelta(days=1)) if about.last_day else begin + queries.AHEAD
    pairs = queries.taken_over(about.officer.pk, about.to.pk, (begin, end)) if begin < end else []
    rows = [[_when(theirs), _when(own)] for theirs, own in pairs]
    return {"rows": rows, "officer": str(about.officer), "to": str(about.to)} if rows else None


def _when(appointment: Appointment) -> str:
    return f"{weekday(timezone.localtime(appointment.starts_at).date())}, {span(appointment)}"

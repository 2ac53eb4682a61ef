"""What pages of the work calendar have in common: an appointment as lists show it, days and times in words."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from motcua.kernel.errors import Refused
from motcua.kernel.text import local_date, local_datetime, local_time
from motcua.people.accounts.pages.coming_back import Story, too_late, written_in
from motcua.services.diary.models import Appointment, Attendee
from motcua.services.diary.timeline import TITLES

COLOURS = {
    "proposed": "waiting", "published": "published", "cancelled": "stopped", "declined": "refused",
    "withdrawn": "withdrawn",
}  # fmt: skip
WEEKDAYS = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip

WRITTEN = ("subject", "chair_name", "others", "place", "note", "reason")  # what takes time to write again


def story_of(appointment: UUID) -> Story:
    """What is told of an appointment, for the forms about it."""
    return Story(Appointment(pk=appointment).stream, TITLES)


def gone_on(request: HttpRequest, refused: Refused, appointment: Appointment, title: str) -> HttpResponse:
    """The page for who comes too late with something about an appointment."""
    return too_late(
        request,
        refused,
        title=title,
        caption=appointment.subject,
        since=story_of(appointment.pk).since(),
        back=look_at(appointment.pk),
        written=written_in(request, *WRITTEN),
    )


def look_at(appointment: UUID) -> tuple[str, str]:
    """The way from a form that cannot be taken to what it is about."""
    return reverse("diary:appointment", args=[appointment]), _("Look at the appointment")


def list_of() -> tuple[str, str]:
    """The way from a form about what is no longer the officer's to see."""
    return reverse("diary:week"), _("Work calendar")


def weekday(day: date) -> str:
    """``Thứ Hai, 23/11/2026``."""
    return f"{WEEKDAYS[day.weekday()]}, {local_date(day)}"


def span(appointment: Appointment) -> str:
    """``08:00 – 11:30``, with days where it goes beyond one."""
    starts, ends = appointment.starts_at, appointment.ends_at
    if local_date(starts) == local_date(ends):
        return f"{local_time(starts)} – {local_time(ends)}"
    return f"{local_datetime(starts)} – {local_datetime(ends)}"


def place_of(appointment: Appointment) -> str:
    """The room and the place."""
    return ", ".join(part for part in (appointment.room.name if appointment.room else "", appointment.place) if part)


def leads(appointment: Appointment, attendees: Iterable[Attendee]) -> str:
    """Who leads: an officer, or somebody else by name."""
    chairs = [each.officer.display_name for each in attendees if each.part == Attendee.Part.CHAIRS and each.officer]
    return ", ".join([*chairs, *([appointment.chair_name] if appointment.chair_name else [])])


def takes_part(appointment: Appointment, attendees: Iterable[Attendee]) -> str:
    """Who takes part besides."""
    names = [
        each.officer.display_name if each.officer else each.office.name
        for each in attendees
        if each.part == Attendee.Part.ATTENDS
    ]
    return "; ".join([*names, *([appointment.others] if appointment.others else [])])


def row_of(appointment: Appointment) -> dict[str, Any]:
    """An appointment as lists show it; only that a room is taken where it is not the officer's to see."""
    if not getattr(appointment, "opens", True):
        hidden = dict.fromkeys(("url", "clashes", "leads", "who", "preparing", "state", "state_text"), "")
        room = appointment.room.name if appointment.room else ""
        return {**hidden, "span": span(appointment), "subject": pgettext("room", "Taken"), "place": room}
    attendees = list(appointment.attendees.all())
    is_settled = appointment.state == Appointment.State.PUBLISHED
    return {
        "url": reverse("diary:appointment", args=[appointment.pk]),
        "clashes": False,
        "span": span(appointment),
        "subject": appointment.subject,
        "leads": leads(appointment, attendees),
        "who": takes_part(appointment, attendees),
        "place": place_of(appointment),
        "preparing": appointment.preparing.name if appointment.preparing else "",
        "state": COLOURS[appointment.state],
        "state_text": "" if is_settled else appointment.get_state_display(),
    }

"""Calendar files (iCalendar, RFC 5545): appointments that a calendar puts right when it reads the file again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the library takes a tenth of a second to load, and few processes ever write a calendar
    from icalendar import Alarm, Event, Timezone

from motcua.kernel.text.dates import VIETNAM

MEDIA_TYPE = "text/calendar; charset=utf-8"
ASKED_AGAIN = timedelta(hours=1)
_PRODUCT = "-//motcua//One door//VI"


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """What a calendar is told. ``uid`` stays for good; a larger ``sequence`` replaces what was read before.

    ``reminded`` is how long before it begins the calendar reminds, unless it is cancelled.
    """

    uid: str
    sequence: int
    title: str
    starts: datetime
    changed_at: datetime
    lasts: timedelta = timedelta(minutes=30)
    text: str = ""
    place: str = ""
    address: str = ""
    cancelled: bool = False
    reminded: timedelta = timedelta(days=1)


def calendar_file(appointment: Appointment) -> bytes:
    """The file of one appointment, in Vietnam's time zone."""
    return _calendar([appointment])


def calendar_feed(name: str, appointments: Iterable[Appointment]) -> bytes:
    """What a calendar program that follows an address reads: its name, how often to ask (RFC 7986), appointments."""
    return _calendar(appointments, name)


@cache
def _zone() -> "Timezone":
    from icalendar import Timezone

    return Timezone.from_tzinfo(VIETNAM, "Asia/Ho_Chi_Minh", first_date=date(2000, 1, 1), last_date=date(2038, 1, 1))


def _calendar(appointments: Iterable[Appointment], name: str = "") -> bytes:
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.calendar_name = name
        calendar.refresh_interval = ASKED_AGAIN
    calendar.add_component(_zone())
    for appointment in appointments:
        calendar.add_component(_event(appointment))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.changed_at)
    event.add("last-modified", appointment.changed_at)
    event.add("summary", appointment.title)
    event.add("dtstart", appointment.starts.astimezone(VIETNAM))
    event.add("duration", appointment.lasts)
    event.add("status", "CANCELLED" if appointment.cancelled else "CONFIRMED")
    for name, text in (
        ("description", appointment.text),
        ("location", appointment.place),
        ("url", appointment.address),
    ):
        if text:
            event.add(name, text)
    if not appointment.cancelled:
        event.add_component(_reminder(appointment))
    return event


def _reminder(appointment: Appointment) -> "Alarm":
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", appointment.title)
    alarm.add("trigger", -appointment.reminded)
    return alarm

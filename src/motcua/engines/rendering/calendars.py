"""Calendar files (iCalendar, RFC 5545): one appointment that a calendar puts right when it reads the file again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event, Timezone

from motcua.kernel.text.dates import VIETNAM

MEDIA_TYPE = "text/calendar; charset=utf-8"
_PRODUCT = "-//motcua//One door//VI"
_ZONE = Timezone.from_tzinfo(VIETNAM, "Asia/Ho_Chi_Minh", first_date=date(2000, 1, 1), last_date=date(2038, 1, 1))


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """What a calendar is told. ``uid`` stays for good; a larger ``sequence`` replaces what was read before."""

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


def calendar_file(appointment: Appointment) -> bytes:
    """The file, in Vietnam's time zone, with a reminder a day before unless it is cancelled."""
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
        event.add_component(_reminder(appointment.title))
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_ZONE)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _reminder(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(days=-1))
    return alarm

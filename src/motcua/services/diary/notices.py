"""Whom the work calendar tells what: who takes part of what is published, changed and cancelled; who keeps a week of
proposals; who proposed of the answer."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from motcua.engines.messaging.actions import notify
from motcua.engines.messaging.kinds import Group, Kind, declare
from motcua.kernel.events.models import Event
from motcua.kernel.events.subscriptions import subscriber
from motcua.kernel.text import local_date, local_datetime
from motcua.people.officers.queries import holders
from motcua.services.correspondence.access import CLERK, HEAD, LEADER
from motcua.services.diary.models import Appointment, Attendee

CALENDAR = Group(code="diary", label=_("Work calendar"), audience="officers")

_PROPOSED = declare(
    code="diary.proposed", group=CALENDAR, subject=_("An appointment is proposed"), body=_("{when}: {subject}")
)
_PUBLISHED = declare(
    code="diary.published", group=CALENDAR, subject=_("You have an appointment"), body=_("{when}: {subject}. {place}")
)
_REPEATED = declare(
    code="diary.repeated", group=CALENDAR, subject=_("You have an appointment every week"),
    body=_("{when}, every week until {until}: {subject}. {place}"),
)  # fmt: skip
_CHANGED = declare(
    code="diary.changed", group=CALENDAR, subject=_("An appointment was changed"),
    body=_("{when}: {subject}. {place} {reason}"),
)  # fmt: skip
_DROPPED = declare(
    code="diary.dropped", group=CALENDAR, subject=_("An appointment does without you"), body=_("{when}: {subject}")
)
_CANCELLED = declare(
    code="diary.cancelled", group=CALENDAR, subject=_("An appointment was cancelled"),
    body=_("{when}: {subject}. {reason}"),
)  # fmt: skip
_ALL_CANCELLED = declare(
    code="diary.all_cancelled", group=CALENDAR, subject=_("An appointment of every week was cancelled"),
    body=_("{when}, every week until {until}: {subject}. {reason}"),
)  # fmt: skip
_TAKEN_OVER = declare(
    code="diary.taken_over", group=CALENDAR, subject=_("You have an appointment in the place of an officer who left"),
    body=_("{when}: {subject}. {place}"),
)  # fmt: skip
_PASSED = declare(
    code="diary.passed", group=CALENDAR, subject=_("You have a proposed appointment from an officer who left"),
    body=_("{when}: {subject}"),
)  # fmt: skip
_ACCEPTED = declare(
    code="diary.accepted", group=CALENDAR, subject=_("Your proposed appointment was published"),
    body=_("{when}: {subject}"),
)  # fmt: skip
_DECLINED = declare(
    code="diary.declined", group=CALENDAR, subject=_("Your proposed appointment was declined"),
    body=_("{when}: {subject}. {reason}"),
)  # fmt: skip


@subscriber("diary.notices", kinds=("diary.*",), from_now=True)
def tell(batch: list[Event]) -> None:
    """Tell officers of what concerns them."""
    keys = {UUID(event.stream.removeprefix("diary:")) for event in batch}
    rows = Appointment.objects.filter(pk__in=keys).select_related("room")
    found = {row.stream: row for row in rows}
    for event in batch:
        appointment = found.get(event.stream)
        if appointment is not None:
            _tell(event, appointment)


def _tell(event: Event, appointment: Appointment) -> None:
    told, state = event.references, event.references["state"]
    if told.get("time", 1) > 1:  # of what is done with all times everybody is told once
        _tell_others(event, appointment)
        return
    if event.kind == "diary.proposed":
        office = appointment.office_id
        keepers = holders(office, event.at, CLERK) or holders(office, event.at, LEADER, HEAD)
        _say(_PROPOSED, event, appointment, keepers)
    elif event.kind == "diary.published":
        given = _people(told["given"], event)
        _say(_REPEATED if told.get("until") else _PUBLISHED, event, appointment, given)
        _say(_ACCEPTED, event, appointment, {appointment.proposed_by_id} - given)
    elif event.kind == "diary.changed" and state == Appointment.State.PUBLISHED:
        given = _people(told["given"], event)
        _say(_CHANGED, event, appointment, given)
        _say(_DROPPED, event, appointment, _people(told["dropped"], event) - given)
    elif event.kind == "diary.cancelled":
        kind = _ALL_CANCELLED if told.get("until") else _CANCELLED
        _say(kind, event, appointment, _taking_part(appointment, event) | {appointment.proposed_by_id})
    elif event.kind == "diary.handed_over":
        if told["has_proposal"]:
            _say(_PASSED, event, appointment, {UUID(told["to"])})
        elif told["takes_part"] and state == Appointment.State.PUBLISHED:
            _say(_TAKEN_OVER, event, appointment, {UUID(told["to"])})
    elif event.kind == "diary.declined":
        _say(_DECLINED, event, appointment, {appointment.proposed_by_id})


def _tell_others(event: Event, appointment: Appointment) -> None:
    """Who takes part in a later time, where the events of the earlier ones reached somebody else."""
    told, kinds = event.references, {"diary.published": _REPEATED, "diary.cancelled": _ALL_CANCELLED}
    if "told_before" not in told or event.kind not in kinds:
        return
    before = _people(told["told_before"], event) | {appointment.proposed_by_id}
    given = _people(told["given"], event) if "given" in told else _taking_part(appointment, event)
    _say(kinds[event.kind], event, appointment, given - before)


def _taking_part(appointment: Appointment, event: Event) -> set[UUID]:
    rows = Attendee.objects.filter(appointment=appointment).values_list("office", "officer")
    return _people([{"office": office, "officer": officer} for office, officer in rows], event)


def _people(given: Iterable[Mapping[str, Any]], event: Event) -> set[UUID]:
    """Officers who are named, and who leads a unit that is."""
    who = set[UUID]()
    for each in given:
        if each["officer"]:
            who.add(UUID(str(each["officer"])))
        else:
            who |= holders(UUID(str(each["office"])), event.at, LEADER, HEAD)
    return who


def _say(kind: Kind, event: Event, appointment: Appointment, who: Collection[UUID]) -> None:
    place = ", ".join(part for part in (appointment.room.name if appointment.room else "", appointment.place) if part)
    facts = {
        "when": local_datetime(appointment.starts_at),
        "subject": appointment.subject[:150],
        "place": place,
        "reason": event.references.get("reason", ""),
        "until": local_date(date.fromisoformat(until)) if (until := event.references.get("until")) else "",
    }
    url = reverse("diary:appointment", args=[appointment.pk])
    key = f"{event.stream}:{event.version}"
    notify(kind, recipients=set(who) - {event.actor}, facts=facts, key=key, url=url)

"""Putting something into the week of an office: as a proposal, or at once; and changing it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from motcua.kernel.errors import Refused
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.text.dates import VIETNAM
from motcua.kernel.text.typed import written
from motcua.people.officers.actors import Actor
from motcua.people.officers.models import Position
from motcua.people.officers.queries import local_day
from motcua.people.organisations.models import Office
from motcua.services.diary import rules
from motcua.services.diary.actions.keeping import Keeping, put_up, span_of, times_of
from motcua.services.diary.models import Appointment, Attendee, MeetingRoom

TEXTS = {"subject": 500, "chair_name": 200, "others": 2000, "place": 200, "note": 4000}  # with their longest
Part = Attendee.Part


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Who takes part: a unit, or an officer in it."""

    office: UUID
    officer: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an appointment is to be. An officer leads (``chair``), or somebody else by name."""

    subject: str
    starts_at: datetime
    ends_at: datetime
    chair: Invited | None = None
    chair_name: str = ""
    invited: tuple[Invited, ...] = ()
    others: str = ""
    room: UUID | None = None
    place: str = ""
    preparing: UUID | None = None
    note: str = ""
    document: UUID | None = None  # that came in; or one that went out
    outgoing: UUID | None = None
    visibility: str = Appointment.Visibility.OFFICE

    def at(self, later: timedelta) -> "Plan":
        """The same so much later."""
        return Plan(**{**self.__dict__, "starts_at": self.starts_at + later, "ends_at": self.ends_at + later})


@transaction.atomic
def propose(
    plan: Plan, *, office: UUID, until: date | None = None, by: Actor, at: datetime | None = None
) -> list[Appointment]:
    """Propose something for the week of an office, every week ``until`` a day where one is given; who keeps the week
    decides. Raises ``Refused``.

    For which offices somebody may propose, and publish, ``access`` knows.
    """
    made = _all_made(plan, office, until, by, at or timezone.now())
    for keeping, times in zip(made, times_of(made), strict=True):
        keeping.tell("proposed", {"given": keeping.given(), **times})
    return [keeping.appointment for keeping in made]


@transaction.atomic
def enter(
    plan: Plan,
    *,
    office: UUID,
    until: date | None = None,
    confirmed: Collection[str] = (),
    by: Actor,
    at: datetime | None = None,
) -> list[Appointment]:
    """Publish something at once, every week ``until`` a day where one is given: each time is one of its own.

    Raises ``Refused``, and ``Clashing`` as :func:`put_up`.
    """
    made = _all_made(plan, office, until, by, at or timezone.now())
    put_up(made, confirmed)
    for keeping, times in zip(made, times_of(made), strict=True):
        keeping.tell("published", {"given": keeping.given(), **times})
    return [keeping.appointment for keeping in made]


def _repeated(plan: Plan, until: date | None) -> list[timedelta]:
    first = plan.starts_at.astimezone(VIETNAM).date()
    if until is None:
        return [timedelta()]
    if not first <= until <= first + rules.MOST_REPEATED * rules.WEEK:
        raise Refused(_("Repeat it until a later day, for a year at most."), field="until", code="until")
    return [day - first for day in rules.weekly(first, until)]


@transaction.atomic
def change(
    key: UUID, plan: Plan, *, reason: str = "", confirmed: Collection[str] = (), by: Actor, at: datetime | None = None
) -> Appointment:
    """Change an appointment; of a published one a reason is told to all who take part, and who no longer does.

    Raises ``Refused``, ``Conflict``, and ``Clashing`` as :meth:`Keeping.put_up`.
    """
    keeping = Keeping.begin(key, "change", by=by, at=at)
    appointment = keeping.appointment
    published = appointment.state == Appointment.State.PUBLISHED
    why = written(reason, _("Say why it is changed.") if published else "", "reason")
    before = {name: getattr(appointment, name) for name in _FACTS}
    was, invited = span_of(appointment), _rows(appointment)
    _write(appointment, plan, keeping.at)
    _invite(appointment, plan, keeping.at)
    now_invited = _rows(appointment)
    changed = [name for name in _FACTS if getattr(appointment, name) != before[name]]
    if now_invited != invited:
        changed.append("attendees")
    if not changed:
        return appointment
    appointment.reason, appointment.sequence = why, appointment.sequence + 1
    if published:
        keeping.put_up(confirmed)
    dropped = [{"office": str(office), "officer": str(officer or "")} for _p, office, officer in invited - now_invited]
    told = {"was": was, "changed": changed, "dropped": sorted(dropped, key=str), "reason": why[:500]}
    keeping.tell("changed", {**told, "given": keeping.given()})
    return appointment


_FACTS = (*TEXTS, "starts_at", "ends_at", "room_id", "preparing_id", "document_id", "outgoing_id", "visibility")


def _all_made(plan: Plan, office: UUID, until: date | None, by: Actor, at: datetime) -> list[Keeping]:
    """One for each time, in their order."""
    series = new_id() if until else None
    return [_made(plan.at(later), office, series, by, at) for later in _repeated(plan, until)]


def _made(plan: Plan, office: UUID, series: UUID | None, by: Actor, at: datetime) -> Keeping:
    assert by.account is not None
    made = Appointment(office_id=office, series=series, proposed_by_id=by.account, proposed_at=at, changed_at=at)
    _write(made, plan, at)
    made.save()
    _invite(made, plan, at)
    return Keeping(made, at, by)


def _write(appointment: Appointment, plan: Plan, at: datetime) -> None:
    _check_time(plan, at)
    if not plan.subject.strip():
        raise Refused(_("Write what it is about."), field="subject", code="required")
    if plan.chair is None and not plan.chair_name.strip():
        raise Refused(pgettext("appointment", "Say who leads."), field="chair", code="required")
    for name, longest in TEXTS.items():
        text = getattr(plan, name).strip()
        if len(text) > longest:
            raise Refused(_("Write at most %(n)d characters.") % {"n": longest}, field=name, code="too_long")
        setattr(appointment, name, text)
    if plan.visibility not in Appointment.Visibility.values:
        raise Refused(_("Choose from the list."), field="visibility", code="required")
    if plan.room not in (None, appointment.room_id):
        rooms = MeetingRoom.objects.filter(pk=plan.room, office=appointment.office_id, closed_at=None)
        if not rooms.exists():
            raise Refused(_("Choose a room of the office."), field="room", code="required")
    appointment.starts_at, appointment.ends_at = plan.starts_at, plan.ends_at
    appointment.room_id, appointment.preparing_id = plan.room, plan.preparing
    appointment.document_id, appointment.outgoing_id = plan.document, plan.outgoing
    appointment.visibility = plan.visibility


def _check_time(plan: Plan, at: datetime) -> None:
    if plan.ends_at <= plan.starts_at:
        raise Refused(_("It must end after it begins."), field="ends", code="order")
    if plan.ends_at - plan.starts_at > rules.LONGEST:
        raise Refused(_("An appointment lasts 31 days at most."), field="last_day", code="long")
    if plan.ends_at <= at:
        raise Refused(_("This time is over already."), field="day", code="past")
    if plan.starts_at > at + rules.FARTHEST:
        raise Refused(_("This day is too far away."), field="day", code="far")


def _invite(appointment: Appointment, plan: Plan, at: datetime) -> None:
    """Write down who takes part; whoever did and still does keeps their row."""
    wanted = {} if plan.chair is None else {(plan.chair.office, plan.chair.officer): Part.CHAIRS}
    people = {plan.chair.officer} if plan.chair else set()
    for each in plan.invited:
        if each.officer is None or each.officer not in people:
            wanted.setdefault((each.office, each.officer), Part.ATTENDS)
            people.add(each.officer)
    _check_invited(wanted, plan.preparing, at)
    kept = set()
    for row in Attendee.objects.filter(appointment=appointment).order_by("id"):
        if wanted.get((row.office_id, row.officer_id)) == row.part:
            kept.add((row.office_id, row.officer_id))
        else:
            row.delete()
    starts_at = appointment.starts_at
    Attendee.objects.filter(appointment=appointment).exclude(starts_at=starts_at).update(starts_at=starts_at)
    Attendee.objects.bulk_create(
        Attendee(appointment=appointment, part=part, office_id=office, officer_id=officer, starts_at=starts_at)
        for (office, officer), part in wanted.items()
        if (office, officer) not in kept
    )


def _check_invited(wanted: Collection[tuple[UUID, UUID | None]], preparing: UUID | None, at: datetime) -> None:
    """Raises ``Refused`` for units that do not exist and officers who hold no position there."""
    day = local_day(at)
    offices = {office for office, _officer in wanted} | ({preparing} if preparing else set())
    if Office.objects.on(day).filter(pk__in=offices).count() != len(offices):
        raise Refused(_("This unit does not exist."), field="who", code="office")
    named = {(officer, office) for office, officer in wanted if officer}
    held = Position.objects.on(day).filter(officer__in=[officer for officer, _office in named])
    if named - set(held.values_list("officer", "office")):
        raise Refused(_("This officer has no position in the unit."), field="who", code="position")


def _rows(appointment: Appointment) -> set[tuple[str, UUID, UUID | None]]:
    rows = Attendee.objects.filter(appointment=appointment)
    return set(rows.values_list("part", "office", "officer"))

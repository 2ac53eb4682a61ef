"""Reading appointments for pages, print and calendars: a week, what waits, who could take part, who is busy."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value

from motcua.kernel.time.models import CalendarDay, DayKind, YearState
from motcua.kernel.time.queries import calendar_for
from motcua.people.officers.models import Position
from motcua.people.organisations.models import Office
from motcua.people.organisations.queries import children_of
from motcua.services.correspondence.access import HEAD, LEADER
from motcua.services.correspondence.queries import MOST_UNITS, Candidate, officers_in
from motcua.services.diary import rules
from motcua.services.diary.access import SHOWN, Sight, Span, during, takes_part, visible_to
from motcua.services.diary.models import Appointment, Attendee, CalendarLink, MeetingRoom

ORDER = ("starts_at", "id")
MOST_IN_WEEK, MOST_IN_FEED, MOST_ROOMS, MOST_CLASHES = 500, 1_000, 200, 500
BEFORE, AHEAD = timedelta(days=30), timedelta(days=370)  # of today, what calendars are told
State = Appointment.State
WEEK_STATES = (State.PROPOSED, *SHOWN)


@dataclass(frozen=True)
class Whose:
    """Whose week is asked for: one's own (``mine``), of an ``office``, ``leader`` or ``room``, of the ``province``."""

    kind: str
    key: UUID | None = None

    @property
    def code(self) -> str:
        """As the address says it."""
        return f"{self.kind}.{self.key}" if self.key else self.kind


def within(begin: datetime, end: datetime) -> Q:
    """The condition of appointments that touch a time; two bounds of when they begin let an index be used."""
    after, before = rules.beginning(begin, end)
    return Q(starts_at__gt=after, starts_at__lt=before, ends_at__gt=begin)


def shown(found: "QuerySet[Appointment]") -> "QuerySet[Appointment]":
    """With what lists show of an appointment; two statements."""
    attendees = Attendee.objects.select_related("office", "officer").order_by("-part", "id")
    joined = found.select_related("office", "room", "preparing")
    return joined.prefetch_related(Prefetch("attendees", attendees))


def week(sight: Sight, whose: Whose, monday: date) -> list[Appointment]:
    """What stands in a week, in order of time; two statements. ``opens`` says whether it is the officer's to see.

    What is not theirs is there only in the week of a room: that the room is taken, no more. One more than a page shows
    says that there are others.
    """
    span = rules.week_of(monday)
    found, mine = Appointment.objects.filter(within(*span), state__in=WEEK_STATES), visible_to(sight, span)
    opens: Exists | Value = Value(True)
    if whose.kind == "room":
        found = found.filter(Q(state=State.PUBLISHED) | mine, room=whose.key)
        opens = Exists(Appointment.objects.filter(mine, pk=OuterRef("pk")))
    else:
        found = found.filter(mine, _of(sight, whose, span))
    return list(shown(found.annotate(opens=opens).order_by(*ORDER))[: MOST_IN_WEEK + 1])


def _of(sight: Sight, whose: Whose, span: Span) -> Q:
    if whose.kind == "office":
        return Q(office=whose.key)
    if whose.kind == "leader":
        return Q(pk__in=Attendee.objects.filter(during(span), officer=whose.key).values("appointment"))
    if whose.kind == "province":
        return Q(visibility=Appointment.Visibility.PROVINCE)
    return takes_part(sight, span)


def days_off(office: UUID | None, monday: date) -> dict[date, str]:
    """The days of a week that differ from the weekly rule in an office's calendar, and why; at most two statements."""
    calendar, days = calendar_for(office), [monday + timedelta(days=count) for count in range(7)]
    special = [day for day in days if day in calendar.off or day in calendar.make_up]
    if not special:
        return {}
    rows = CalendarDay.objects.filter(calendar_year__state=YearState.APPROVED, date__in=special)
    own = rows.filter(Q(office_id=None) | Q(office_id=office)).order_by("office_id", "id")
    names = dict(own.values_list("date", "name"))
    kind = {day: DayKind.MAKE_UP if day in calendar.make_up else DayKind.HOLIDAY for day in special}
    return {day: names.get(day) or str(kind[day].label) for day in special}


def offices_read(sight: Sight) -> list[tuple[UUID, str]]:
    """The offices whose weeks an officer reads, by name; one statement."""
    rows = Office.objects.filter(pk__in=sorted(sight.circle), valid_to=None).order_by("name_fold", "id")
    return list(rows.values_list("pk", "name")[:MOST_UNITS])


def leaders_in(offices: Collection[UUID], day: date) -> list[tuple[UUID, str]]:
    """The leaders and heads of some offices with their titles, once each, by name; one statement."""
    held = Position.objects.on(day).filter(office__in=sorted(offices), roles__overlap=[LEADER, HEAD])
    rows = held.select_related("officer__account").order_by("officer__sort_key", "id")[:MOST_UNITS]
    return list({row.officer_id: f"{row.officer.account.display_name} – {row.title}" for row in rows}.items())


def rooms_of(offices: Collection[UUID], *, closed: bool = False) -> list[MeetingRoom]:
    """The rooms of some offices by name, those that are closed only where asked for; one statement."""
    rows = MeetingRoom.objects.filter(office__in=sorted(offices)).select_related("office")
    found = rows if closed else rows.filter(closed_at=None)
    return list(found.order_by("office__name_fold", "name", "id")[:MOST_ROOMS])


def candidates(office: UUID, at: datetime, day: date) -> tuple[list[Candidate], list[Candidate]]:
    """Who could take part in what an office does: its units at the same level, and the officers of all; three
    statements."""
    parent = Office.objects.get(pk=office)
    units = [
        Candidate(str(row.pk), row.pk, None, row.name)
        for row in children_of(parent, day).filter(level=parent.level)[:MOST_UNITS]
    ]
    return units, officers_in([office, *(unit.office for unit in units)], at)


def to_publish(sight: Sight, at: datetime) -> "QuerySet[Appointment]":
    """Proposals for the weeks that the officer keeps; of what is repeated the next time."""
    waiting = Appointment.objects.filter(state=State.PROPOSED, ends_at__gt=at)
    sooner = waiting.filter(series=OuterRef("series"), starts_at__lt=OuterRef("starts_at"))
    return waiting.filter(~Exists(sooner), office__in=sorted(sight.publishing))


def rest_of_series(appointment: Appointment, act: str, at: datetime) -> "QuerySet[Appointment]":
    """The other times of what is repeated that are not over, with which this may be done."""
    if appointment.series is None:
        return Appointment.objects.none()
    found = Appointment.objects.filter(series=appointment.series, state__in=rules.STATES[act], ends_at__gt=at)
    return found.exclude(pk=appointment.pk)


def proposed_by(sight: Sight) -> "QuerySet[Appointment]":
    """What the officer proposed and was not published."""
    return Appointment.objects.filter(proposed_by__in=sorted(sight.people), state__in=[State.PROPOSED, State.DECLINED])


def clashes(officers: Collection[UUID], appointment: Appointment) -> list[Attendee]:
    """Where people are at the time of an appointment, as far as it is published; one statement."""
    rows = Attendee.objects.filter(during((appointment.starts_at, appointment.ends_at)), officer__in=sorted(officers))
    busy = rows.filter(appointment__state=State.PUBLISHED, appointment__ends_at__gt=appointment.starts_at)
    others = busy.exclude(appointment=appointment.pk).select_related("appointment", "officer")
    return list(others.order_by("starts_at", "id")[:MOST_CLASHES])


def taken_over(officer: UUID, to: UUID, span: Span) -> list[tuple[Appointment, Appointment]]:
    """What of an officer stands at the same time as something of who takes over: each with that; two statements.

    Published appointments that touch the ``span``. Where both take part already, nothing is taken over.
    """
    own = _attended(to, span)
    there = {each.pk for each in own}
    theirs = [each for each in _attended(officer, span) if each.pk not in there]
    found = sorted([*own, *theirs], key=lambda each: (each.starts_at, each.pk))
    pairs = rules.clashing([rules.Taken(each.starts_at, each.ends_at, frozenset({to})) for each in found])
    both = [(found[one], found[other]) for one, other in pairs]
    return [
        (one, other) if other.pk in there else (other, one)
        for one, other in both
        if (one.pk in there) != (other.pk in there)
    ]


def _attended(officer: UUID, span: Span) -> list[Appointment]:
    rows = Attendee.objects.filter(during(span), officer=officer)
    found = Appointment.objects.filter(within(*span), pk__in=rows.values("appointment"), state=State.PUBLISHED)
    return list(found.order_by(*ORDER)[:MOST_CLASHES])


def clashing_in(sight: Sight, whose: Whose, found: Collection[Appointment]) -> frozenset[UUID]:
    """What of a week that was read somebody cannot attend, for they are named in something else of it at the time.

    In the own week, who is substituted counts as oneself. Only what is published counts, and what is the officer's to
    see; no statement.
    """
    read = [each for each in found if each.state == State.PUBLISHED and getattr(each, "opens", True)]
    taken = [rules.Taken(each.starts_at, each.ends_at, _named(sight, whose, each)) for each in read]
    return frozenset(read[place].pk for pair in rules.clashing(taken) for place in pair)


def _named(sight: Sight, whose: Whose, appointment: Appointment) -> frozenset[UUID]:
    people = {each.officer_id for each in appointment.attendees.all() if each.officer_id}
    if whose.kind == "mine" and sight.desk.account_id and people & sight.people:
        people = people - sight.people | {sight.desk.account_id}
    return frozenset(people)


def booking(appointment: Appointment) -> Appointment | None:
    """What has the room at that time; one statement."""
    taken = within(appointment.starts_at, appointment.ends_at)
    rows = Appointment.objects.filter(taken, room=appointment.room_id, state=State.PUBLISHED)
    return rows.exclude(pk=appointment.pk).order_by(*ORDER).first()


def feed(sight: Sight, *, whole: bool, at: datetime) -> list[Appointment]:
    """What a person's calendar is told: where they take part, or the weeks of their offices too; two statements."""
    span = at - BEFORE, at + AHEAD
    found, own = Appointment.objects.filter(within(*span), state__in=SHOWN), takes_part(sight, span)
    wanted = found.filter(visible_to(sight, span), own)
    if whole:  # each part by an index of its own
        office = found.filter(visible_to(sight, span), office__in=sorted(sight.circle))
        wanted = found.filter(pk__in=wanted.values("pk").union(office.values("pk")))
    return list(shown(wanted.order_by(*ORDER))[:MOST_IN_FEED])


def live_link(account: UUID | None) -> CalendarLink | None:
    """A person's link that was not revoked; one statement."""
    return CalendarLink.objects.filter(account=account, revoked_at=None).first()

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from motcua.kernel.errors import Conflict, NotFound, Refused
from motcua.kernel.identifiers.models import new_id
from motcua.kernel.time import actions, calendar_effects, queries
from motcua.kernel.time.calendar_effects import CalendarChange, Effect, seal
from motcua.kernel.time.drafting import draft_days
from motcua.kernel.time.models import CalendarDay, CalendarVersion, CalendarYear, DayKind, WorkingHours, YearState
from motcua.kernel.time.rules import STANDARD_WEEK, VIETNAM, Limit, Remaining, Unit, due
from motcua.kernel.time.text import remaining_text

BY, OFFICE, OTHER = new_id(), new_id(), new_id()
AT = datetime(2026, 1, 5, 3, tzinfo=UTC)
MORNINGS = (((time(7), time(11, 30)),),) * 5 + ((),) * 2


def this_year() -> int:
    return timezone.now().astimezone(VIETNAM).year


def approved(year: int) -> CalendarYear:
    actions.draft_year(year=year, by=BY, at=AT)
    return actions.approve(year=year, by=BY, at=AT, confirmed=seal(previewed(year)))


def previewed(year: int) -> list[Effect]:
    draft = queries.year_of(year, YearState.DRAFT)
    assert draft is not None
    return queries.effects_of_draft(draft, by=BY)


def set_day(day: date, kind: DayKind, *, office: UUID | None = None, name: str = "Ngày nghỉ") -> None:
    actions.set_day(year=day.year, day=day, kind=kind, name=name, by=BY, at=AT, office_id=office)


class OpenDates:
    """A room with one open date of three working days from a Thursday."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self.applied: list[CalendarChange] = []
        self.extra: list[Effect] = []

    def preview(self, change: CalendarChange) -> list[Effect]:
        limit = Limit(Decimal(3), Unit.WORKING_DAYS)
        before, after = (due(self.start, limit, calendar(OFFICE)) for calendar in (change.before, change.after))
        moved = [] if before == after else [Effect("H01.01-1", "One-stop", before, after)]
        return moved + self.extra

    def apply(self, change: CalendarChange) -> None:
        self.applied.append(change)


@pytest.fixture
def open_dates() -> Iterator[OpenDates]:
    room = OpenDates(datetime(2027, 3, 4, 9, tzinfo=VIETNAM))
    calendar_effects.register("test", preview=room.preview, apply=room.apply)
    yield room
    calendar_effects.unregister("test")


def test_the_draft_knows_the_law() -> None:
    days = {day.date: (day.kind, day.name) for day in draft_days(2026)}
    assert days[date(2026, 4, 27)] == (DayKind.COMPENSATORY, "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)")
    assert days[date(2026, 8, 31)][0] == DayKind.SWAPPED_OFF
    assert days[date(2026, 8, 22)] == (DayKind.MAKE_UP, "Ngày làm bù")
    assert days[date(2026, 11, 24)][0] == DayKind.HOLIDAY
    tet = [day for day, (_kind, name) in days.items() if "Tết Nguyên Đán" in name]
    assert tet == [date(2026, 2, 16) + timedelta(days=number) for number in range(5)]
    assert all(day.year == 2026 for day in days)


@pytest.mark.django_db
def test_without_an_approved_year_the_draft_is_assumed() -> None:
    calendar = queries.calendar_for(OFFICE)
    assert this_year() in calendar.assumed
    assert date(this_year(), 4, 30) in calendar.off
    assert (calendar.version, calendar.week) == (0, STANDARD_WEEK)


@pytest.mark.django_db
def test_an_approved_year_is_what_counts() -> None:
    year = this_year()
    actions.draft_year(year=year, by=BY, at=AT)
    actions.clear_day(year=year, day=date(year, 4, 30), by=BY, at=AT)
    assert date(year, 4, 30) in queries.calendar_for(None).off
    approved_year = actions.approve(year=year, by=BY, at=AT, confirmed=seal(previewed(year)))

    calendar = queries.calendar_for(None)
    assert date(year, 4, 30) not in calendar.off
    assert year not in calendar.assumed
    assert approved_year.version is not None
    assert calendar.version == approved_year.version.number
    assert (approved_year.approved_by, approved_year.revision) == (BY, 1)


@pytest.mark.django_db
def test_the_swap_of_2026_01_02_can_be_written_by_hand() -> None:
    actions.draft_year(year=2026, by=BY, at=AT)
    set_day(date(2026, 1, 2), DayKind.SWAPPED_OFF)
    set_day(date(2026, 1, 10), DayKind.MAKE_UP)
    actions.approve(year=2026, by=BY, at=AT, confirmed=seal([]))
    calendar = queries.calendar_for(None)
    start = datetime(2025, 12, 31, 10, tzinfo=VIETNAM)
    limit = Limit(Decimal(7), Unit.WORKING_DAYS)
    assert due(start, limit, calendar) == datetime(2026, 1, 12, 10, tzinfo=VIETNAM)


@pytest.mark.django_db
def test_local_days_are_of_one_office() -> None:
    year = this_year() + 1
    actions.draft_year(year=year, by=BY, at=AT)
    day = queries.calendar_for(OFFICE).next_working_day(date(year, 6, 1))
    set_day(day, DayKind.LOCAL, office=OFFICE, name="Lễ hội đầu pháo")
    actions.approve(year=year, by=BY, at=AT, confirmed=seal([]))
    assert not queries.calendar_for(OFFICE).is_working_day(day)
    assert queries.calendar_for(OTHER).is_working_day(day)
    assert queries.calendar_for(None).is_working_day(day)


@pytest.mark.django_db
def test_a_new_draft_copies_what_is_approved_and_replaces_it() -> None:
    first = approved(2027)
    draft = actions.draft_year(year=2027, by=BY, at=AT)
    assert draft.revision == 2
    assert set(draft.days.values_list("date", "name")) == set(first.days.values_list("date", "name"))
    actions.clear_day(year=2027, day=date(2027, 4, 30), by=BY, at=AT)
    actions.approve(year=2027, by=BY, at=AT, confirmed=seal([]))
    first.refresh_from_db()
    assert first.state == YearState.REPLACED
    assert queries.year_of(2027, YearState.APPROVED) == draft


@pytest.mark.django_db
def test_dates_move_only_as_somebody_has_seen(open_dates: OpenDates) -> None:
    approved(2027)
    open_dates.applied.clear()
    actions.draft_year(year=2027, by=BY, at=AT)
    set_day(date(2027, 3, 5), DayKind.LOCAL)
    shown = previewed(2027)
    assert [(effect.before.day, effect.after.day) for effect in shown] == [(9, 10)]

    open_dates.extra = [Effect("H01.01-2", "One-stop", AT, AT)]
    with pytest.raises(Conflict):
        actions.approve(year=2027, by=BY, at=AT, confirmed=seal(shown))
    assert not open_dates.applied
    assert queries.year_of(2027, YearState.DRAFT) is not None

    open_dates.extra = []
    actions.approve(year=2027, by=BY, at=AT, confirmed=seal(shown))
    [change] = open_dates.applied
    assert (change.year, change.made_by) == (2027, BY)
    assert change.after(None).version == queries.calendar_for(None).version > change.before(None).version


@pytest.mark.django_db
def test_hours_of_an_office(open_dates: OpenDates) -> None:
    open_dates.start = datetime(2027, 3, 4, 14, tzinfo=VIETNAM)
    shown = queries.effects_of_week(OFFICE, MORNINGS, by=BY)
    assert len(shown) == 1
    with pytest.raises(Conflict):
        actions.set_hours(office_id=OFFICE, week=MORNINGS, by=BY, at=AT, confirmed=seal([]))
    actions.set_hours(office_id=OFFICE, week=MORNINGS, by=BY, at=AT, confirmed=seal(shown))
    assert queries.week_of(OFFICE) == MORNINGS
    assert queries.week_of(OTHER) == STANDARD_WEEK
    assert len(open_dates.applied) == 1

    later = AT + timedelta(days=1)
    shown = queries.effects_of_week(OFFICE, STANDARD_WEEK, by=BY)
    actions.set_hours(office_id=OFFICE, week=STANDARD_WEEK, by=BY, at=later, confirmed=seal(shown))
    assert queries.week_of(OFFICE) == STANDARD_WEEK
    assert WorkingHours.objects.filter(office_id=OFFICE).count() == 14


@pytest.mark.django_db
def test_hours_are_those_of_their_time() -> None:
    tuesday, monday = date(2026, 2, 10), date(2026, 2, 9)
    morning = datetime(2026, 2, 10, 2, tzinfo=UTC)
    for office, week in ((None, STANDARD_WEEK), (OFFICE, MORNINGS)):
        actions.set_hours(office_id=office, week=week, by=BY, at=morning, confirmed=seal([]))
    assert [queries.calendar_for(OFFICE).hours_on(day) for day in (monday, tuesday)] == [STANDARD_WEEK[0], MORNINGS[0]]
    later = morning + timedelta(days=14)
    actions.set_hours(office_id=None, week=MORNINGS, by=BY, at=later, confirmed=seal([]))
    others = queries.calendar_for(OTHER)
    assert [others.hours_on(day) for day in (tuesday, later.date())] == [STANDARD_WEEK[0], MORNINGS[0]]
    assert others is queries.calendar_for(None), "who has nothing apart shares one calendar"
    actions.set_hours(office_id=OFFICE, week=STANDARD_WEEK, by=BY, at=later, confirmed=seal([]))
    own = queries.calendar_for(OFFICE)
    assert [own.hours_on(day) for day in (monday, tuesday, later.date())] == [
        STANDARD_WEEK[0],
        MORNINGS[0],
        STANDARD_WEEK[0],
    ]


@pytest.mark.django_db
def test_hours_of_all_are_for_those_without_their_own() -> None:
    actions.set_hours(office_id=OFFICE, week=STANDARD_WEEK, by=BY, at=AT, confirmed=seal([]))
    actions.set_hours(office_id=None, week=MORNINGS, by=BY, at=AT, confirmed=seal([]))
    assert (queries.week_of(OFFICE), queries.week_of(OTHER)) == (STANDARD_WEEK, MORNINGS)


@pytest.mark.django_db
def test_a_calendar_costs_one_statement_as_long_as_it_holds(django_assert_num_queries: Any) -> None:
    approved(this_year())
    with django_assert_num_queries(3):
        queries.calendar_for(OFFICE)
    with django_assert_num_queries(1):
        queries.calendar_for(OTHER)


@pytest.mark.django_db
def test_a_rolled_back_change_leaves_no_calendar_behind() -> None:
    before = queries.calendar_for(OFFICE)
    with transaction.atomic():
        actions.set_hours(office_id=OFFICE, week=MORNINGS, by=BY, at=AT, confirmed=seal([]))
        assert queries.week_of(OFFICE) == MORNINGS
        transaction.set_rollback(True)
    assert queries.calendar_for(OFFICE) == before


REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: actions.draft_year(year=1999, by=BY, at=AT), Refused, "no calendar for this year"),
    (lambda: actions.draft_year(year=2027, by=BY, at=AT), Conflict, "already a draft"),
    (lambda: actions.clear_day(year=2027, day=date(2027, 3, 3), by=BY, at=AT), NotFound, "does not stand"),
    (lambda: actions.discard_draft(year=2028), NotFound, "no draft"),
    (lambda: actions.approve(year=2028, by=BY, at=AT, confirmed=""), NotFound, "no draft"),
    (lambda: set_day(date(2027, 3, 3), DayKind.MAKE_UP), Refused, "worked anyway"),
    (lambda: set_day(date(2027, 3, 3), DayKind.HOLIDAY, office=OFFICE), Refused, "single office"),
    (lambda: set_day(date(2027, 3, 3), DayKind.LOCAL, name=" "), Refused, "Write a name"),
    (
        lambda: actions.set_day(year=2027, day=date(2026, 3, 3), kind=DayKind.LOCAL, name="Lễ hội", by=BY, at=AT),
        Refused,
        "must lie in the year",
    ),
    (
        lambda: actions.set_hours(office_id=None, week=((),) * 7, by=BY, at=AT, confirmed=seal([])),
        Refused,
        "must follow each other",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("act", "error", "message"), REFUSED)
def test_what_is_refused(act: Callable[[], object], error: type[Exception], message: str) -> None:
    actions.draft_year(year=2027, by=BY, at=AT)
    with translation.override("en"), pytest.raises(error, match=message):
        act()
    assert not CalendarVersion.objects.exists()


@pytest.mark.django_db
def test_an_empty_draft_is_a_mistake_and_can_be_thrown_away() -> None:
    draft = actions.draft_year(year=2027, by=BY, at=AT)
    draft.days.all().delete()
    with pytest.raises(Refused):
        actions.approve(year=2027, by=BY, at=AT, confirmed=seal([]))
    actions.discard_draft(year=2027)
    assert not CalendarYear.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "write",
    [
        lambda draft: CalendarYear.objects.filter(id=draft.id).update(state="approved"),
        lambda draft: CalendarYear.objects.create(year=2027, revision=2, state="draft", drafted_by=BY, drafted_at=AT),
        lambda draft: CalendarDay.objects.create(
            calendar_year=draft, date=date(2027, 4, 30), kind="holiday", name="twice"
        ),
        lambda draft: CalendarDay.objects.create(
            calendar_year=draft, date=date(2027, 6, 1), kind="holiday", name="one office", office_id=OFFICE
        ),
    ],
)
def test_the_database_keeps_calendars_coherent(write: Callable[[CalendarYear], object]) -> None:
    draft = actions.draft_year(year=2027, by=BY, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        write(draft)


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (Remaining(1, 2, 3), "2 working days 3 hours left"),
        (Remaining(-1, 1, 0), "1 working day overdue"),
        (Remaining(-1, 0, 0), "less than a working hour overdue"),
        (Remaining(1, 0, 2), "2 working hours left"),
        (Remaining(0, 0, 0), "due now"),
    ],
)
def test_how_much_time_is_left(left: Remaining, text: str) -> None:
    with translation.override("en"):
        assert remaining_text(left) == text
        assert remaining_text(left, brief=True) == text.replace("working day", "day")

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from motcua.kernel.time.rules import (
    OFFICE_HOURS,
    STANDARD_WEEK,
    VIETNAM,
    Calendar,
    Limit,
    Pause,
    Remaining,
    Unit,
    due,
    due_soon_until,
    remaining,
    starts_counting,
    working_time,
)

FIRST = datetime(2025, 12, 1, tzinfo=VIETNAM)
TET = frozenset(date(2026, 2, 16) + timedelta(days=days) for days in range(5))
OFF = TET | {date(2026, 1, 1), date(2026, 1, 2), date(2026, 4, 26), date(2026, 4, 27), date(2026, 4, 30)}
Y2026 = Calendar(off=OFF | {date(2026, 5, 1)}, make_up=frozenset({date(2026, 1, 10)}))
SATURDAYS = Calendar(
    week=(OFFICE_HOURS,) * 5 + (((time(7, 30), time(11, 30)),), ()), off=Y2026.off, make_up=frozenset()
)
MORNINGS = (((time(7, 30), time(11, 30)),),) * 5 + ((),) * 2
CHANGED = Calendar(
    week=MORNINGS,
    earlier=((date(2026, 1, 15), SATURDAYS.week), (date(2026, 3, 10), STANDARD_WEEK)),
    off=Y2026.off,
    make_up=Y2026.make_up | {date(2026, 3, 14)},
)
CALENDARS = st.sampled_from([Y2026, SATURDAYS, CHANGED, Calendar()])
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=210)).map(lambda since: FIRST + since)
UNITS = st.sampled_from(list(Unit))
EXACT = st.sampled_from([Unit.HOURS, Unit.WORKING_DAYS])
VALUES = st.integers(1, 80).map(lambda halves: Decimal(halves) / 2)
MICROSECOND = timedelta(microseconds=1)
A_LITTLE = Fraction(1, 4 * 3_600_000_000)  # of a day: the last microsecond of a Saturday's four hours
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=20))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def said(moment: datetime) -> str:
    assert moment.tzinfo is UTC
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("start", "value", "unit", "end"),
    [
        # The hour of day is kept, also that of the opening.
        ("2026-01-05T10:00", "1", Unit.WORKING_DAYS, "2026-01-06 10:00"),
        ("2026-01-05T07:30", "3", Unit.WORKING_DAYS, "2026-01-08 07:30"),
        ("2026-01-05T10:00", "0.5", Unit.WORKING_DAYS, "2026-01-05 15:30"),
        ("2026-01-05T07:30", "0.5", Unit.WORKING_DAYS, "2026-01-05 13:00"),
        # 2026-01-02 is off for Saturday 2026-01-10, which is worked.
        ("2025-12-31T10:00", "1", Unit.WORKING_DAYS, "2026-01-05 10:00"),
        ("2026-01-09T10:00", "1", Unit.WORKING_DAYS, "2026-01-10 10:00"),
        ("2026-01-08T10:00", "2.5", Unit.WORKING_DAYS, "2026-01-10 15:30"),
        # Tết: five days between two weekends.
        ("2026-02-13T14:00", "1", Unit.WORKING_DAYS, "2026-02-23 14:00"),
        ("2026-02-10T08:00", "10", Unit.WORKING_DAYS, "2026-03-03 08:00"),
        # Hùng Kings on a Sunday, the Monday after it off instead.
        ("2026-04-24T09:00", "2", Unit.WORKING_DAYS, "2026-04-29 09:00"),
        # Hours end when the work is done, not when the next begins.
        ("2026-01-05T07:30", "8", Unit.HOURS, "2026-01-05 17:00"),
        ("2026-01-05T16:00", "1.5", Unit.HOURS, "2026-01-06 08:00"),
        ("2026-02-13T16:30", "1", Unit.HOURS, "2026-02-23 08:00"),
        ("2026-01-03T12:00", "4", Unit.HOURS, "2026-01-05 11:30"),
        # Calendar days roll forward off days off and keep the hour.
        ("2025-12-31T10:00", "2", Unit.DAYS, "2026-01-05 10:00"),
        ("2026-02-06T15:30", "10", Unit.DAYS, "2026-02-23 15:30"),
        ("2026-01-05T10:00", "0.5", Unit.DAYS, "2026-01-05 22:00"),
        # Months: the same day, or the last of the month; half of one is 15 days.
        ("2026-01-05T10:00", "1", Unit.MONTHS, "2026-02-05 10:00"),
        ("2026-01-31T10:00", "1", Unit.MONTHS, "2026-03-02 10:00"),
        ("2025-08-31T10:00", "6", Unit.MONTHS, "2026-03-02 10:00"),
        ("2026-01-05T10:00", "0.5", Unit.MONTHS, "2026-01-20 10:00"),
        ("2025-11-05T10:00", "1.5", Unit.MONTHS, "2025-12-22 10:00"),
        ("2025-12-15T10:00", "12", Unit.MONTHS, "2026-12-15 10:00"),
    ],
)
def test_due(start: str, value: str, unit: Unit, end: str) -> None:
    calendar = Calendar(off=Y2026.off | {date(2026, 12, 1)}, make_up=Y2026.make_up)
    assert said(due(at(start), Limit(Decimal(value), unit), calendar)) == end


@pytest.mark.parametrize(
    ("unit", "value", "pause", "end"),
    [
        (Unit.WORKING_DAYS, "5", ("2026-01-06T10:00", "2026-01-08T10:00"), "2026-01-13 10:00"),
        (Unit.WORKING_DAYS, "5", ("2026-01-06T10:00", "2026-01-06T15:30"), "2026-01-10 15:30"),
        (Unit.WORKING_DAYS, "1", ("2026-01-06T10:00", "2026-01-08T10:00"), "2026-01-06 10:00"),
        (Unit.WORKING_DAYS, "1", ("2026-01-05T11:30", "2026-01-05T13:00"), "2026-01-06 10:00"),
        (Unit.WORKING_DAYS, "1", ("2026-01-01T08:00", "2026-01-05T10:00"), "2026-01-06 10:00"),
        (Unit.HOURS, "8", ("2026-01-05T16:00", "2026-01-06T08:00"), "2026-01-06 11:30"),
        (Unit.DAYS, "3", ("2026-01-06T10:00", "2026-01-07T10:00"), "2026-01-09 10:00"),
        (Unit.DAYS, "3", ("2026-01-06T10:00", "2026-01-09T16:00"), "2026-01-12 16:00"),
        (Unit.MONTHS, "1", ("2026-01-06T10:00", "2026-01-07T10:00"), "2026-02-06 10:00"),
    ],
)
def test_a_pause_moves_the_end(unit: Unit, value: str, pause: tuple[str, str], end: str) -> None:
    limit = Limit(Decimal(value), unit)
    paused = Pause(at(pause[0]), at(pause[1]))
    assert said(due(at("2026-01-05T10:00"), limit, Y2026, [paused])) == end


def test_changed_hours_leave_what_has_passed_as_it_was() -> None:
    sixteen = Limit(Decimal(16), Unit.HOURS)
    assert said(due(at("2026-03-09T07:30"), sixteen, CHANGED)) == "2026-03-11 11:30", "8 + 4 + 4 hours"
    assert said(due(at("2026-03-03T07:30"), sixteen, CHANGED)) == "2026-03-04 17:00"
    assert CHANGED.hours_on(date(2026, 1, 10)) == OFFICE_HOURS, "made up like the first working day of its time"
    assert CHANGED.hours_on(date(2026, 3, 14)) == MORNINGS[0]


def test_an_open_pause_adds_nothing_yet_and_an_overlap_counts_once() -> None:
    start, limit = at("2026-01-05T10:00"), Limit(Decimal(5), Unit.WORKING_DAYS)
    without = due(start, limit, Y2026)
    assert due(start, limit, Y2026, [Pause(at("2026-01-06T10:00"), None)]) == without
    one = [Pause(at("2026-01-06T10:00"), at("2026-01-08T10:00"))]
    two = [
        Pause(at("2026-01-07T10:00"), at("2026-01-08T10:00")),
        Pause(at("2026-01-06T10:00"), at("2026-01-07T16:00")),
    ]
    assert due(start, limit, Y2026, one) == due(start, limit, Y2026, two)


@pytest.mark.parametrize(
    ("received", "starts"),
    [
        ("2026-01-05T10:00", "2026-01-05 10:00"),
        ("2026-01-05T14:59", "2026-01-05 14:59"),
        ("2026-01-05T15:00", "2026-01-06 07:30"),
        ("2026-01-05T06:00", "2026-01-05 07:30"),
        ("2026-01-05T12:00", "2026-01-05 13:00"),
        ("2026-01-05T23:00", "2026-01-06 07:30"),
        ("2026-01-09T16:00", "2026-01-10 07:30"),
        ("2026-01-10T16:00", "2026-01-12 07:30"),
        ("2026-02-13T15:30", "2026-02-23 07:30"),
        ("2026-02-18T09:00", "2026-02-23 07:30"),
    ],
)
def test_when_the_clock_starts(received: str, starts: str) -> None:
    assert said(starts_counting(at(received), Y2026)) == starts


def test_another_cut_off_and_hours_that_end_before_it() -> None:
    late = Calendar(cut_off=time(16, 30))
    assert said(starts_counting(at("2026-01-05T16:00"), late)) == "2026-01-05 16:00"
    mornings = Calendar(week=(((time(7, 30), time(11, 30)),),) * 5 + ((),) * 2)
    assert said(starts_counting(at("2026-01-05T12:00"), mornings)) == "2026-01-06 07:30"


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-01-05T10:00", Remaining(1, 2, 4)),
        ("2026-01-07T15:30", Remaining(0, 0, 0)),
        ("2026-01-08T15:30", Remaining(-1, 1, 0)),
        ("2026-01-07T16:00", Remaining(-1, 0, 0)),
        ("2026-01-09T08:30", Remaining(-1, 1, 2)),
    ],
)
def test_remaining(now: str, left: Remaining) -> None:
    assert remaining(at(now), at("2026-01-07T15:30"), Y2026) == left


@pytest.mark.parametrize(
    "make",
    [
        lambda: Calendar(week=STANDARD_WEEK[:6]),
        lambda: Calendar(week=((),) * 7),
        lambda: Calendar(week=(((time(11), time(8)),),) * 7),
        lambda: Calendar(week=(((time(8), time(11)), (time(10), time(12))),) * 7),
        lambda: Calendar(off=frozenset({date(2026, 1, 1)}), make_up=frozenset({date(2026, 1, 1)})),
        lambda: Limit(Decimal(0), Unit.DAYS),
    ],
)
def test_what_makes_no_sense_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        make()


def slowly(start: datetime, end: datetime, calendar: Calendar) -> timedelta:
    """Working time, day by day."""
    total = timedelta(0)
    day = start.date()
    while day <= end.date():
        for opening, closing in calendar.hours_on(day):
            first = max(start, datetime.combine(day, opening, VIETNAM))
            last = min(end, datetime.combine(day, closing, VIETNAM))
            total += max(last - first, timedelta(0))
        day += timedelta(days=1)
    return total


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=90)), CALENDARS)
def test_working_time_is_that_of_each_day_together(start: datetime, length: timedelta, calendar: Calendar) -> None:
    end = start + length
    assert working_time(start, end, calendar) == slowly(start, end, calendar)
    assert working_time(end, start, calendar) == -slowly(start, end, calendar)


@given(MOMENTS, VALUES, CALENDARS)
def test_hours_are_worked_in_full(start: datetime, value: Decimal, calendar: Calendar) -> None:
    end = due(start, Limit(value, Unit.HOURS), calendar)
    assert working_time(start, end, calendar) == timedelta(hours=float(value))
    assert working_time(start, end - timedelta(microseconds=1), calendar) < timedelta(hours=float(value))


def days_worked(start: datetime, end: datetime, calendar: Calendar) -> Fraction:
    """Working days, day by day, and their parts: an hour of a Saturday morning is a quarter of its day."""
    total, day = Fraction(0), datetime.combine(start.date(), time(0), VIETNAM)
    while day <= end:
        whole = slowly(day, day + timedelta(days=1), calendar)
        if whole:
            begin, stop = max(start, day), min(end, day + timedelta(days=1))
            total += Fraction(slowly(begin, stop, calendar) // MICROSECOND, whole // MICROSECOND)
        day += timedelta(days=1)
    return total


@given(MOMENTS, st.integers(1, 400), CALENDARS)
@example(at("2026-01-09T16:59:59.999999"), 1, SATURDAYS)
def test_whole_working_days_are_counted_one_by_one(start: datetime, days: int, calendar: Calendar) -> None:
    if not any(begin <= start.time() < end for begin, end in calendar.hours_on(start.date())):
        start = starts_counting(start, calendar).astimezone(VIETNAM)
    expected = start.date()
    for _day in range(days):
        expected = calendar.next_working_day(expected + timedelta(days=1))
    end = due(start, Limit(Decimal(days), Unit.WORKING_DAYS), calendar).astimezone(VIETNAM)
    assert end.date() == expected
    if calendar.hours_on(end.date()) == calendar.hours_on(start.date()):
        assert end.time() == start.time()
    else:  # from the afternoon to a Saturday, or back: the same part of the day has passed
        passed = [days_worked(datetime.combine(each, time(0), VIETNAM), each, calendar) for each in (start, end)]
        assert passed[0] - A_LITTLE < passed[1] <= passed[0]


@given(MOMENTS, VALUES, UNITS, CALENDARS, st.lists(st.tuples(MOMENTS, LENGTHS), max_size=3))
def test_never_on_a_day_off_and_never_before_the_start(
    start: datetime, value: Decimal, unit: Unit, calendar: Calendar, pauses: list[tuple[datetime, timedelta]]
) -> None:
    end = due(start, Limit(value, unit), calendar, [Pause(begin, begin + length) for begin, length in pauses])
    assert calendar.is_working_day(end.astimezone(VIETNAM).date())
    assert end > start


def in_order(unit: Unit, *ends: datetime) -> bool:
    """None before the other; where ends roll off days off, two may roll to one day, each with its own hour."""
    if unit in {Unit.DAYS, Unit.MONTHS}:
        days = [end.astimezone(VIETNAM).date() for end in ends]
        return days == sorted(days)
    return list(ends) == sorted(ends)


@given(MOMENTS, LENGTHS, VALUES, UNITS, CALENDARS)
def test_a_later_start_is_never_due_earlier(
    start: datetime, later: timedelta, value: Decimal, unit: Unit, calendar: Calendar
) -> None:
    limit = Limit(value, unit)
    first, second = due(start, limit, calendar), due(start + later, limit, calendar)
    assert in_order(unit, first, second)


@given(MOMENTS, VALUES, VALUES, UNITS, CALENDARS)
def test_a_longer_limit_is_never_due_earlier(
    start: datetime, value: Decimal, more: Decimal, unit: Unit, calendar: Calendar
) -> None:
    ends = [due(start, Limit(amount, unit), calendar) for amount in (value, value + more)]
    assert in_order(unit, *ends)


@given(MOMENTS, VALUES, UNITS, CALENDARS, MOMENTS, LENGTHS, LENGTHS)
def test_a_longer_pause_is_never_due_earlier(
    start: datetime,
    value: Decimal,
    unit: Unit,
    calendar: Calendar,
    begin: datetime,
    length: timedelta,
    more: timedelta,
) -> None:
    limit = Limit(value, unit)
    without = due(start, limit, calendar)
    short = due(start, limit, calendar, [Pause(begin, begin + length)])
    long = due(start, limit, calendar, [Pause(begin, begin + length + more)])
    assert in_order(unit, without, short, long)


@given(MOMENTS, VALUES, EXACT, CALENDARS, LENGTHS, LENGTHS)
def test_a_pause_adds_exactly_what_it_covers(
    start: datetime, value: Decimal, unit: Unit, calendar: Calendar, wait: timedelta, length: timedelta
) -> None:
    begin, end = start + wait, start + wait + length
    limit = Limit(value, unit)
    without = due(start, limit, calendar)
    assume(begin < without)
    moved = due(start, limit, calendar, [Pause(begin, end)])
    if unit is Unit.HOURS:
        assert working_time(without, moved, calendar) == working_time(begin, end, calendar)
        return
    added, covered = (days_worked(*each, calendar) for each in ((without, moved), (begin, end)))
    assert abs(added - covered) < A_LITTLE if calendar is SATURDAYS else added == covered


def months_after(start: datetime, months: int) -> datetime:
    """The same day of the month so many months later, or the last one."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


@given(MOMENTS, st.integers(1, 60), st.sampled_from([Unit.DAYS, Unit.MONTHS]), CALENDARS, LENGTHS, LENGTHS)
def test_a_pause_adds_calendar_time_before_the_end_rolls(
    start: datetime, halves: int, unit: Unit, calendar: Calendar, wait: timedelta, length: timedelta
) -> None:
    limit = Limit(Decimal(halves) / 2, unit)
    assume(start + wait < due(start, limit, calendar))
    if unit is Unit.MONTHS:
        end = months_after(start, halves // 2) + timedelta(days=15 * (halves % 2)) + length
    else:
        end = start + timedelta(days=halves / 2) + length
    while not calendar.is_working_day(end.date()):
        end += timedelta(days=1)
    assert due(start, limit, calendar, [Pause(start + wait, start + wait + length)]) == end


@pytest.mark.parametrize(
    ("now", "last", "calendar"),
    [
        ("2026-02-10T07:29", "2026-02-10", Y2026),
        ("2026-02-10T07:30", "2026-02-11", Y2026),
        ("2026-02-10T23:59", "2026-02-11", Y2026),
        ("2026-02-06T07:29", "2026-02-06", Y2026),
        ("2026-02-06T07:30", "2026-02-09", Y2026),  # Monday, from Friday morning on
        ("2026-02-08T10:00", "2026-02-09", Y2026),  # on Sunday still
        ("2026-02-13T07:30", "2026-02-23", Y2026),  # over Tết
        ("2026-02-18T09:00", "2026-02-23", Y2026),
        ("2026-01-09T07:30", "2026-01-10", Y2026),  # a Saturday that is made up
        ("2026-02-06T07:30", "2026-02-07", SATURDAYS),
        ("2026-02-07T07:30", "2026-02-09", SATURDAYS),
        ("2026-02-07T11:30", "2026-02-09", SATURDAYS),
    ],
)
def test_due_soon_is_this_working_day_and_all_of_the_next(now: str, last: str, calendar: Calendar) -> None:
    assert due_soon_until(at(now), calendar) == at(last) + timedelta(days=1)


@given(MOMENTS, CALENDARS)
def test_only_the_last_day_of_what_is_due_soon_is_still_to_begin(now: datetime, calendar: Calendar) -> None:
    until = due_soon_until(now, calendar).astimezone(VIETNAM)
    assert until.time() == time()
    days = [now.date() + timedelta(days=number) for number in range((until.date() - now.date()).days)]
    worked = {day: calendar.hours_on(day) for day in days if calendar.is_working_day(day)}
    begins = [day for day, hours in worked.items() if datetime.combine(day, hours[0][0], VIETNAM) > now]
    assert begins == days[-1:]

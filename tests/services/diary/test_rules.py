"""Decisions about appointments: days of a week, repetition, states."""

from datetime import date, datetime, timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.text.dates import VIETNAM, midnight
from motcua.services.diary import rules

MONDAY = date(2026, 11, 23)
MINUTES = st.integers(-10 * 1440, 12 * 1440)


def at(minutes: int) -> datetime:
    return midnight(MONDAY) + timedelta(minutes=minutes)


@given(st.lists(st.tuples(MINUTES, st.integers(1, 3 * 1440)), max_size=8))
def test_everything_stands_once_on_each_day_that_it_touches(drawn: list[tuple[int, int]]) -> None:
    spans = sorted((at(start), at(start + length)) for start, length in drawn)
    days = rules.placed(spans, MONDAY)
    assert [day.day for day in days] == [MONDAY + timedelta(days=count) for count in range(7)]
    for day in days:
        found = [*day.morning, *day.afternoon]
        touching = [
            index
            for index, (starts, ends) in enumerate(spans)
            if starts.astimezone(VIETNAM).date() <= day.day
            and (ends - timedelta(microseconds=1)).astimezone(VIETNAM).date() >= day.day
        ]
        assert sorted(found) == touching
        assert day.morning == sorted(day.morning)
        for index in day.afternoon:
            starts = spans[index][0].astimezone(VIETNAM)
            assert (starts.date(), starts.hour >= 12) == (day.day, True)


PEOPLE = st.frozensets(st.sampled_from([UUID(int=1), UUID(int=2), UUID(int=3)]), max_size=2)


@given(st.lists(st.tuples(MINUTES, st.integers(1, 3 * 1440), PEOPLE), max_size=8))
def test_what_somebody_cannot_both_attend_is_found(drawn: list[tuple[int, int, frozenset[UUID]]]) -> None:
    made = [rules.Taken(at(start), at(start + length), who) for start, length, who in drawn]
    taken = sorted(made, key=lambda each: each.starts)
    expected = {
        (one, other)
        for one, other in combinations(range(len(taken)), 2)
        if taken[one].who & taken[other].who
        and taken[one].starts < taken[other].ends
        and taken[other].starts < taken[one].ends
    }
    found = rules.clashing(taken)
    assert (len(found), set(found)) == (len(expected), expected)


def test_noon_is_afternoon_and_midnight_ends_a_day() -> None:
    tuesday = MONDAY + timedelta(days=1)
    late = (midnight(MONDAY) + timedelta(hours=12), midnight(tuesday))
    first, second, *_rest = rules.placed([late], MONDAY)
    assert (first.morning, first.afternoon, second.morning) == ([], [0], [])


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 400))
def test_what_is_repeated_keeps_its_weekday_and_its_bound(first: date, later: int) -> None:
    days = rules.weekly(first, first + timedelta(days=later))
    assert days[0] == first
    assert {day.weekday() for day in days} == {first.weekday()}
    assert days[-1] <= first + timedelta(days=later) < days[-1] + rules.WEEK


@given(st.dates(date(1900, 1, 1), date(2800, 1, 1)))
def test_a_week_begins_on_its_monday(day: date) -> None:
    monday = rules.monday_of(day)
    assert (monday.weekday(), 0 <= (day - monday).days < 7) == (0, True)


@pytest.mark.parametrize(
    ("state", "now", "later"),
    [
        ("proposed", {"publish", "decline", "withdraw", "change"}, {"decline", "withdraw"}),
        ("published", {"change", "cancel"}, set()),
        ("cancelled", set(), set()),
        ("declined", set(), set()),
        ("withdrawn", set(), set()),
    ],
)
def test_what_may_be_done_in_each_state_before_and_after(state: str, now: set[str], later: set[str]) -> None:
    for over, expected in ((False, now), (True, later)):
        assert {act for act in rules.STATES if rules.allows(state, act, over=over)} == expected

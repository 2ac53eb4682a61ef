"""How long one waits, and when numbers are given."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.time.rules import OFFICE_HOURS, VIETNAM
from motcua.services.service_centre.rules import estimates
from motcua.services.service_centre.rules.estimates import Place
from motcua.services.service_centre.rules.opening import Closed, Day

A, B = Place(frozenset("A")), Place(frozenset("B"))
BOTH = Place(frozenset("AB"))
MINUTES = {"A": 10.0, "B": 20.0}
WEDNESDAY = Day(date(2026, 11, 25), OFFICE_HOURS, timedelta(minutes=30), timedelta(minutes=15))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 25, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("ahead", "own", "places", "expected"),
    [
        ("", "A", [A], 0),
        ("AAA", "A", [A], 30),
        ("AAA", "A", [A, A], 10),
        ("BBB", "A", [A, B], 0),  # others' queue is none of mine
        ("BA", "A", [BOTH], 30),
        ("BA", "A", [BOTH, A], 10),
        ("A", "B", [A], None),  # nobody serves it
        ("A", "A", [Place(frozenset("A"), free_in=7)], 17),
    ],
)
def test_the_wait_is_the_queue_played_forward(ahead: str, own: str, places: list[Place], expected: float | None):
    assert estimates.wait(ahead, own, places, MINUTES) == expected


places_drawn = st.lists(st.sampled_from([A, B, BOTH]), min_size=1, max_size=6)


@given(st.text("AB", max_size=30), st.sampled_from("AB"), places_drawn)
def test_one_more_ahead_never_shortens_the_wait_of_one_service(ahead: str, own: str, places: list[Place]):
    only_own = ahead.replace("A" if own == "B" else "B", "")
    before = estimates.wait(only_own, own, places, MINUTES)
    after = estimates.wait(only_own + own, own, places, MINUTES)
    assert (before is None) == (after is None)
    assert before is None or after is None or before <= after


@given(st.text("AB", max_size=30), st.sampled_from("AB"), places_drawn)
def test_the_wait_never_exceeds_all_the_work_ahead(ahead: str, own: str, places: list[Place]):
    found = estimates.wait(ahead, own, places, MINUTES)
    assert found is None or 0 <= found <= sum(MINUTES[each] for each in ahead)


@given(st.floats(0, 500))
def test_people_are_told_no_less_than_the_estimate(minutes: float):
    told = estimates.told(minutes)
    assert told is not None
    assert minutes <= told < minutes + 10
    assert told % 5 == 0


def test_what_was_measured_corrects_the_plan_little_by_little():
    assert estimates.minutes_each(10, []) == 10
    assert estimates.minutes_each(10, [20.0] * 10) == 15


def test_honesty_says_how_far_off_and_to_which_side():
    found = estimates.honesty([(10, 12), (10, 8), (20, 45)])
    assert found is not None
    assert (found.tickets, found.typical_error) == (3, 2)
    assert found.bias == pytest.approx(25 / 3)
    assert found.within == pytest.approx(2 / 3)
    assert estimates.honesty([]) is None


@pytest.mark.parametrize(
    ("moment", "why"),
    [
        (at(6, 59), Closed.NOT_YET),
        (at(7, 0), None),
        (at(12, 0), None),  # over lunch numbers are given for the afternoon
        (at(16, 44), None),
        (at(16, 45), Closed.OVER),
        (at(20), Closed.OVER),
    ],
)
def test_numbers_are_given_from_a_little_before_opening_until_a_little_before_closing(
    moment: datetime, why: Closed | None
):
    assert WEDNESDAY.refuses(moment) == why


def test_a_day_off_gives_no_numbers():
    day = Day(date(2026, 11, 29), (), timedelta(), timedelta())
    assert day.refuses(at(9)) == Closed.DAY_OFF
    assert not day.is_open(at(9))


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        (at(8), 30, at(8, 30)),
        (at(11, 20), 30, at(13, 20)),  # the lunch break does not count
        (at(12), 5, at(13, 5)),
        (at(7), 10, at(7, 40)),
        (at(16, 50), 30, None),
    ],
)
def test_work_passes_in_opening_hours_only(start: datetime, minutes: float, expected: datetime | None):
    assert WEDNESDAY.after_work(start, minutes) == expected
    assert OFFICE_HOURS[0][0] == time(7, 30)

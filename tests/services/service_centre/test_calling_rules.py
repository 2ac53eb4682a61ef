"""Whose turn it is, by property."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motcua.services.service_centre.rules import calling
from motcua.services.service_centre.rules.calling import MOST_GRACE, MOST_HEAD_START, NEAR, Waiting

DAY = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)
GRACE = timedelta(minutes=10)
LEAD = timedelta(minutes=45)


def minute(number: int) -> datetime:
    return DAY + timedelta(minutes=number)


walk_ins = st.tuples(st.integers(0, 480), st.integers(-30, 500))  # came, head start asked for
appointments = st.tuples(st.integers(0, 480), st.integers(0, 480))  # slot, came


def plain(order: int, came: int, head_start: int = 0) -> Waiting:
    return Waiting(order, "A", calling.turn_of(minute(came), head_start=timedelta(minutes=head_start)))


def booked(order: int, slot: int, came: int) -> Waiting:
    turn = calling.turn_by_appointment(minute(slot), minute(came), head_start=LEAD, grace=GRACE)
    return Waiting(order, "A", turn)


@given(st.lists(walk_ins, max_size=20), st.lists(appointments, max_size=20), st.integers(0, 480))
def test_nobody_starves(others: list[tuple[int, int]], booked_ones: list[tuple[int, int]], came: int):
    """Whoever comes later than the head start and the grace allow is called after me, however many they are."""
    me = plain(-1, came)
    everybody = [
        *(plain(n, *other) for n, other in enumerate(others)),
        *(booked(100 + n, *one) for n, one in enumerate(booked_ones)),
    ]
    came_at = {n: other[0] for n, other in enumerate(others)} | {100 + n: one[1] for n, one in enumerate(booked_ones)}
    queue = calling.in_turn([*everybody, me], minute(1000))
    before_me = queue[: queue.index(me)]
    latest = minute(came) + MOST_HEAD_START + MOST_GRACE
    assert all(minute(came_at[each.order]) <= latest for each in before_me)


@given(st.integers(0, 480), st.integers(-30, 500), st.integers(0, 480))
def test_priority_is_bounded(came: int, head_start: int, mine: int):
    """A priority group passes those who came less than its head start earlier, and never more than an hour earlier."""
    first, me = plain(1, came, head_start), plain(0, mine)
    passed = calling.in_turn([first, me], minute(1000))[0] is first
    earned = min(max(head_start, 0), 60)
    assert passed == (came - earned < mine)


@given(st.lists(st.integers(0, 480), min_size=1, max_size=15), st.integers(60, 480), st.integers(0, 60), st.data())
def test_an_appointment_is_called_near_its_time(came: list[int], slot: int, early: int, data: st.DataObject):
    mine = booked(-1, slot, slot - early)
    now = data.draw(st.integers(max([*came, slot - early]), 1000))
    queue = calling.in_turn([*(plain(n, each) for n, each in enumerate(came)), mine], minute(now))
    if minute(now) < minute(slot) - NEAR:  # not while others wait
        assert queue[-1] is mine
    else:  # and then before all who came less than the head start before the slot
        ahead = {each.order for each in queue[: queue.index(mine)]}
        assert ahead == {n for n, each in enumerate(came) if minute(each) < minute(slot) - LEAD}


@given(st.integers(0, 480), st.integers(1, 200))
def test_who_comes_late_to_an_appointment_queues_like_anybody(slot: int, late: int):
    came = slot + late
    turn = calling.turn_by_appointment(minute(slot), minute(came), head_start=LEAD, grace=GRACE)
    assert (turn == calling.turn_of(minute(came))) == (late > 10)


@given(st.lists(walk_ins, max_size=15), st.integers(0, 600))
def test_a_counter_calls_only_what_it_serves_and_the_first_of_these(others: list[tuple[int, int]], now: int):
    queue = [
        Waiting(n, "AB"[n % 2], calling.turn_of(minute(came), head_start=timedelta(minutes=head_start)))
        for n, (came, head_start) in enumerate(others)
    ]
    found = calling.next_for(queue, frozenset("B"), minute(now))
    mine = [each for each in calling.in_turn(queue, minute(now)) if each.service == "B"]
    assert found == (mine[0] if mine else None)

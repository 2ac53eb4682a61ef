"""Pure decisions about tasks, by property."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.time.rules import VIETNAM, Calendar
from motcua.services.tasks import rules

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
CALENDARS = st.sets(st.dates(date(2026, 1, 1), date(2028, 2, 1)), max_size=30).map(
    lambda off: Calendar(off=frozenset(off))
)


@given(DAYS, CALENDARS)
def test_a_deadline_is_the_end_of_work_on_the_day_or_the_next_that_is_worked(day: date, calendar: Calendar) -> None:
    due = rules.end_of(day, calendar).astimezone(VIETNAM)
    assert calendar.is_working_day(due.date())
    assert due.time() == calendar.hours_on(due.date())[-1][1]
    assert due.date() >= day
    between = (day + timedelta(days=n) for n in range((due.date() - day).days))
    assert not any(calendar.is_working_day(each) for each in between)


@given(DAYS, CALENDARS)
def test_two_working_days_lie_between_the_warning_and_the_day(day: date, calendar: Calendar) -> None:
    worked = calendar.next_working_day(day)
    soon = rules.soon_from(day, calendar).astimezone(VIETNAM)
    span = [soon.date() + timedelta(days=n) for n in range((worked - soon.date()).days)]
    assert sum(calendar.is_working_day(each) for each in span) == rules.WARNED_BEFORE
    assert calendar.is_working_day(soon.date())


@given(DAYS, st.times(), st.integers(1, 60))
def test_more_working_days_are_never_due_earlier(day: date, hour: time, days: int) -> None:
    calendar, given_at = Calendar(), datetime.combine(day, hour, UTC)
    first, second = (rules.day_within(given_at, n, calendar) for n in (days, days + 1))
    assert given_at.astimezone(VIETNAM).date() < first < second
    assert calendar.is_working_day(first)


def test_five_working_days_from_a_monday_morning_end_on_the_next_monday() -> None:
    monday = datetime(2026, 11, 30, 8, tzinfo=VIETNAM)
    assert rules.day_within(monday, 5, Calendar()) == date(2026, 12, 7)


@pytest.mark.parametrize(
    ("state", "due", "done", "expected"),
    [
        ("doing", 9, None, "on_time"),
        ("doing", 1, None, "due_soon"),
        ("reported", -1, None, "overdue"),
        ("submitted", -1, -2, "done"),  # the acceptance may take its time
        ("accepted", -1, 0, "late"),
        ("accepted", None, 0, "done"),
        ("ordered", None, None, "none"),
        ("withdrawn", -1, None, "none"),
    ],
)
def test_how_a_task_stands_against_its_deadline(state: str, due: int | None, done: int | None, expected: str) -> None:
    now = datetime(2026, 11, 27, 8, tzinfo=UTC)
    due_at = now + timedelta(days=due) if due is not None else None
    soon_at = due_at - timedelta(days=2) if due_at else None
    done_at = now + timedelta(days=done) if done is not None else None
    assert rules.standing(state, due_at=due_at, soon_at=soon_at, done_at=done_at, now=now) == expected


@given(st.booleans(), st.booleans())
def test_only_an_officers_report_to_another_office_has_two_levels_before_it(by_head: bool, same_office: bool) -> None:
    after = rules.after_report(by_head=by_head, same_office=same_office)
    assert (after == "reported") == (not by_head and not same_office)


@given(st.lists(st.integers(0, 30), max_size=30))
def test_everything_below_is_found_once_and_after_its_parent(above: list[int]) -> None:
    """Number n stands under one of the numbers before it; 0 is the task itself."""
    keys = [UUID(int=n) for n in range(len(above) + 1)]
    parents: list[tuple[UUID, UUID | None]] = [(keys[0], None)]
    parents += [(keys[n + 1], keys[parent % (n + 1)]) for n, parent in enumerate(above)]
    found = rules.below(keys[0], parents)
    assert sorted(key for key, _level in found) == keys[1:]
    levels = {keys[0]: 0}
    for key, level in found:
        parent = dict(parents)[key]
        assert parent is not None
        assert level == levels[parent] + 1
        levels[key] = level


@pytest.mark.parametrize(
    ("parts", "wrong"), [([], "none"), (["supports"], "no_lead"), (["leads", "leads"], "two_lead"), (["leads"], "")]
)
def test_exactly_one_leads(parts: list[str], wrong: str) -> None:
    assert rules.wrong_parts(parts) == wrong

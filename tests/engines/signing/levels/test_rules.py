from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.signing.levels import queries, rules
from motcua.engines.signing.levels.raising import is_reached
from motcua.engines.signing.levels.rules import LONGEST_WAIT, SHORTEST_LIFE, Strength, next_try, renewal_of
from motcua.engines.signing.models import Level

moments = st.integers(0, 2_000_000_000).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
OLD = Strength(date(2020, 1, 1), 10, {})
NEW = Strength(date(2026, 1, 1), 90, {"rsa-2048": date(2030, 12, 31)})


@given(st.integers(0, 10_000), moments)
def test_the_next_try_is_later_each_time_but_never_days_away(tries: int, at: datetime):
    wait, longer = next_try(tries=tries, at=at) - at, next_try(tries=tries + 1, at=at) - at
    assert rules.FIRST_WAIT <= wait <= longer <= LONGEST_WAIT


@given(at=moments, life=st.integers(0, 20_000), key=st.sampled_from(["rsa-2048", "rsa-4096", "ec"]))
def test_a_stamp_is_renewed_before_it_ends_unless_it_was_made_too_late(at: datetime, life: int, key: str):
    ends = at + timedelta(days=life)
    renewal = renewal_of(certificate_ends=ends, key=key, at=at, strengths=[NEW, OLD])
    weak = datetime(2030, 12, 31, tzinfo=UTC) if key == "rsa-2048" else ends
    assert renewal >= at + SHORTEST_LIFE
    assert renewal == at + SHORTEST_LIFE or renewal == min(ends, weak) - timedelta(days=90)


def test_the_rule_of_the_day_counts():
    at = datetime(2025, 6, 1, tzinfo=UTC)
    ends = at + timedelta(days=400)
    assert renewal_of(certificate_ends=ends, key="rsa-2048", at=at, strengths=[NEW, OLD]) == ends - timedelta(days=10)


def test_the_data_are_read():
    assert queries.strengths()[0].strong_until == {"rsa-2048": date(2030, 12, 31)}


@pytest.mark.parametrize("place", range(4))
def test_levels_rise(place: int):
    levels = list(Level)
    assert [is_reached(levels[place], wanted) for wanted in levels] == [index <= place for index in range(4)]

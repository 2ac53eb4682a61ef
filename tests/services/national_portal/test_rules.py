"""How much is told at once."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from motcua.services.national_portal import rules


@given(st.lists(st.integers(1, rules.MOST_BYTES * 2)))
def test_lots_hold_everything_in_order_and_none_is_too_large(sizes: list[int]) -> None:
    lots = [sizes[cut] for cut in rules.lots(sizes)]
    assert [size for lot in lots for size in lot] == sizes
    assert all(len(lot) == 1 or 0 < sum(lot) <= rules.MOST_BYTES for lot in lots)


@given(st.lists(st.integers(1, rules.MOST_BYTES)))
def test_a_lot_ends_only_where_the_next_dossier_does_not_fit(sizes: list[int]) -> None:
    lots = [sizes[cut] for cut in rules.lots(sizes)]
    assert all(sum(lot) + after[0] > rules.MOST_BYTES for lot, after in pairwise(lots))


def test_each_failure_halves_what_is_told_at_once_and_it_grows_slowly_again() -> None:
    shrinking, growing = [rules.AT_ONCE], [1]
    for _each in range(6):
        shrinking.append(rules.fewer(shrinking[-1]))
    while growing[-1] < rules.AT_ONCE:
        growing.append(rules.more(growing[-1]))
    assert shrinking == [50, 25, 12, 6, 3, 1, 1]
    assert growing == [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 22, 27, 33, 41, 50]
    assert rules.more(rules.AT_ONCE) == rules.AT_ONCE


def test_a_portal_that_never_answers_is_given_more_time_each_time() -> None:
    assert [rules.quiet(attempts).total_seconds() / 60 for attempts in (1, 2, 3, 4, 9)] == [1, 5, 15, 60, 60]

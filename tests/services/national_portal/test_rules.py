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


def test_each_failure_halves_what_is_told_at_once() -> None:
    assert [rules.at_once(failures) for failures in (0, 1, 2, 5, 6, 100)] == [50, 25, 12, 1, 1, 1]

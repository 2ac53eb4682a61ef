"""What is asked of the index and what stands in it: days without gaps, conditions that nothing breaks out of."""

import itertools
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.services.correspondence.rules import search as rules
from motcua.services.correspondence.rules.search import Wanted

DAYS = st.dates(rules.FIRST_DAY, date(2100, 1, 1))
# Operators, lexemes and weights: all that a condition may consist of.
CONDITION = re.compile(r"(?:'[0-9a-z.@#=/_ -]+'(?::A|:\*)?|[&|() ]|<->)*")


@given(DAYS, DAYS, st.booleans())
def test_spans_hold_every_day_once_in_the_order_of_the_list(one: date, other: date, newest_first: bool) -> None:
    first, last = sorted((one, other))
    found = list(rules.spans(first, last, newest_first=newest_first))
    ordered = found[::-1] if newest_first else found
    assert (ordered[0].first, ordered[-1].last) == (first, last)
    assert all(span.first <= span.last for span in found)
    assert all(before.last + timedelta(days=1) == after.first for before, after in itertools.pairwise(ordered))
    assert len(found) <= 31


@given(DAYS, DAYS, st.booleans())
def test_every_day_of_a_span_has_its_token(one: date, other: date, newest_first: bool) -> None:
    first, last = sorted((one, other))
    for span in rules.spans(first, last, newest_first=newest_first):
        tokens = {
            day: rules.fact_tokens("in", kind="x", urgency=0, state="done", on=day) for day in (span.first, span.last)
        }
        named = set(re.findall(r"'([^']+)'", span.token))
        assert all(named & there for there in tokens.values())


@given(st.text(max_size=300), st.text(max_size=50), st.booleans())
def test_no_text_breaks_out_of_a_condition(text: str, other: str, in_fields: bool) -> None:
    wanted = Wanted(text=text, agency=other, type=other, state=other, in_fields=in_fields)
    for condition in (rules.condition(wanted), rules.number_condition(wanted)):
        if condition is not None:
            assert CONDITION.fullmatch(condition.lexemes), condition
            assert CONDITION.fullmatch(condition.phrases), condition


@given(st.lists(st.text(max_size=80), max_size=4), st.text(max_size=200))
def test_no_text_becomes_a_token(fields: list[str], content: str) -> None:
    entry = rules.vector(fields, content, fields)
    assert not re.search(r"'[=#]", entry)
    assert entry.count("'") % 2 == 0


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("05/QĐ-UBND", "5/qd-ubnd"),
        ("Số: 0125 / SXD-QLN", "125/sxd-qln"),
        ("Sổ 12", "12"),
        ("15/UBND–VX", "15/ubnd-vx"),
        ("125", "125"),
        ("12/2026/NĐ-CP", "12/2026/nd-cp"),
        ("05/02/2026", "5/2/2026"),
        ("", ""),
    ],
)
def test_notations_are_compared_without_blanks_accents_and_leading_zeros(text: str, key: str) -> None:
    assert rules.number_key(text) == key


@pytest.mark.parametrize("text", ["đèn đường", '"125"', "ngày 12", "12 tháng 3", "2026-11", "v.v.", ""])
def test_what_is_no_number_is_not_looked_up_as_one(text: str) -> None:
    assert rules.number_condition(Wanted(text=text)) is None


def test_words_phrases_and_filters_are_asked_together() -> None:
    wanted = Wanted(text='đèn "rà soát lại"', direction="in", urgency=2)
    assert rules.condition(wanted) == ("'den' & 'ra' & 'soat' & 'lai' & '=in' & '=g2'", "('ra' <-> 'soat' <-> 'lai')")
    fields = rules.condition(Wanted(text='"rà soát"', in_fields=True))
    assert fields == ("'.ra' & '.soat' & '.ra soat'", "('ra':A <-> 'soat':A)")
    assert rules.condition(Wanted()).lexemes == ""
    assert rules.condition(Wanted(last=date(2026, 1, 1))).lexemes == "'=in' | '=out'"


def test_at_most_so_many_words_are_asked() -> None:
    asked = rules.condition(Wanted(text=" ".join(f"w{number}" for number in range(50))))
    assert asked.lexemes.count("&") == rules.MOST_ASKED - 1

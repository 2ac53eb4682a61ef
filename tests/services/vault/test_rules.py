"""Validity, fitness and links, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.services.vault.rules import (
    Asked,
    Kind,
    Link,
    LinkState,
    Standing,
    fits,
    is_pin,
    last_day,
    link_state,
    read_most,
    standing,
)

NOW = datetime(2026, 11, 27, 3, tzinfo=UTC)
DAY = date(2026, 11, 27)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(start=DAYS, length=st.integers(0, 4000), on=DAYS)
def test_a_paper_is_valid_from_its_first_to_its_last_day(start: date, length: int, on: date) -> None:
    last = start + timedelta(days=length)
    expected = Standing.NOT_YET if on < start else Standing.EXPIRED if on > last else Standing.VALID
    assert standing(revoked=False, valid_from=start, valid_to=last, on=on) is expected
    assert standing(revoked=True, valid_from=start, valid_to=last, on=on) is Standing.REVOKED


def test_what_states_no_validity_is_valid() -> None:
    assert standing(revoked=False, valid_from=None, valid_to=None, on=DAY) is Standing.VALID


@pytest.mark.parametrize(
    ("value", "unit", "issued", "last"),
    [
        (6, "months", date(2026, 5, 27), date(2026, 11, 27)),
        (6, "months", date(2026, 8, 31), date(2027, 2, 28)),
        (12, "months", date(2024, 2, 29), date(2025, 2, 28)),
        (30, "days", date(2026, 12, 15), date(2027, 1, 14)),
        (0, "", date(2026, 5, 27), None),
    ],
)
def test_a_span_ends_with_its_last_day(value: int, unit: str, issued: date, last: date | None) -> None:
    assert last_day(value=value, unit=unit, until="", issued=issued, written={}) == last


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ({"badges": {"valid_until": "2033-11-27"}}, date(2033, 11, 27)),
        ({"badges": {"valid_until": "bảy năm"}}, None),
        ({"badges": "không"}, None),
        ({}, None),
    ],
)
def test_the_last_day_may_stand_in_what_was_written(written: dict[str, object], last: date | None) -> None:
    assert last_day(value=0, unit="", until="badges.valid_until", issued=DAY, written=written) == last


ASKED = Asked(paper="birth-paper", procedure=1, name="giay khai sinh cua tre", takes=["KQ.G15.000031"])


@pytest.mark.parametrize(
    ("kept", "fit"),
    [
        (Kind(result="KQ.G15.000031", paper="", procedure=2, name="giay khai sinh"), True),
        (Kind(result="KQ.G18.000047", paper="", procedure=2, name="the bao hiem y te"), False),
        (Kind(result="", paper="birth-paper", procedure=1, name="giay chung sinh"), True),
        (Kind(result="", paper="birth-paper", procedure=2, name="giay chung sinh"), False),
        (Kind(result="", paper="", procedure=None, name="giay khai sinh cua tre"), True),
        (Kind(result="", paper="", procedure=None, name="bang lai xe"), False),
    ],
)
def test_a_paper_fits_by_kind_by_code_or_by_name(kept: Kind, fit: bool) -> None:
    assert fits(kept, ASKED) is fit


@pytest.mark.parametrize(
    ("link", "state"),
    [
        (Link(NOW + timedelta(seconds=1), ended=False, openings=0, most=None), LinkState.OPEN),
        (Link(NOW, ended=False, openings=0, most=None), LinkState.EXPIRED),
        (Link(NOW + timedelta(days=1), ended=True, openings=0, most=None), LinkState.ENDED),
        (Link(NOW + timedelta(days=1), ended=False, openings=2, most=3), LinkState.OPEN),
        (Link(NOW + timedelta(days=1), ended=False, openings=3, most=3), LinkState.USED_UP),
    ],
)
def test_a_link_opens_until_it_ends(link: Link, state: LinkState) -> None:
    assert link_state(link, NOW) is state


@pytest.mark.parametrize(
    ("typed", "good"), [("123456", True), ("12345", False), ("1234567", False), ("１２３４５６", False)]
)
def test_a_pin_has_six_digits(typed: str, good: bool) -> None:
    assert is_pin(typed) is good


@pytest.mark.parametrize("typed", ["0", "101", "-1", "ba", "1.5", "²"])
def test_how_often_a_link_opens_is_a_number_from_1_to_100(typed: str) -> None:
    assert (read_most(""), read_most(" 100 ")) == (None, 100)
    with pytest.raises(ValueError, match=r".*"):
        read_most(typed)

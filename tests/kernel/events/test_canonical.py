import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.events.canonical import LARGEST_INTEGER, NotCanonical, canonical, plain

keys = st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=8)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4))


@given(values)
def test_reading_it_back_gives_the_same_form(value: Any) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(keys, values, max_size=6))
def test_the_order_of_keys_does_not_matter(value: Any) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)


def test_the_bytes_are_those_of_rfc_8785() -> None:
    value = {"b": [1, True, None], "a": 'Nguyễn "Mẫu"\n\x1f/', "Z": {}}
    assert canonical(value).decode() == '{"Z":{},"a":"Nguyễn \\"Mẫu\\"\\n\\u001f/","b":[1,true,null]}'


def test_identifiers_times_and_decimals_become_text() -> None:
    hanoi = timezone(timedelta(hours=7))
    value = (
        UUID("0199c0de-0000-7000-8000-000000000001"),
        datetime(2026, 11, 22, 7, tzinfo=hanoi),
        datetime(2026, 11, 22, 0, 0, 0, 5, tzinfo=UTC),
        date(2026, 11, 22),
        Decimal("0.5"),
    )
    assert plain(value) == [
        "0199c0de-0000-7000-8000-000000000001",
        "2026-11-22T00:00:00.000000Z",
        "2026-11-22T00:00:00.000005Z",
        "2026-11-22",
        "0.5",
    ]


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        2**53,
        -(2**53),
        "a\0b",
        "\ud800",
        {1: "a"},
        {"tên": "a"},
        {"a\0": 1},
        b"bytes",
        {1, 2},
        datetime(2026, 11, 22),  # noqa: DTZ001 - the naive time is what is refused
        [{"deep": [object()]}],
    ],
)
def test_what_has_no_single_form_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)

"""Texts that people type are kept whole or refused, never cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.errors import Refused
from motcua.kernel.text.typed import bare, too_long, written


@given(st.text(alphabet="aế \r\n\0", max_size=20), st.integers(0, 12))
def test_a_text_is_kept_whole_or_refused(text: str, longest: int) -> None:
    expected = text.replace("\0", "").replace("\r\n", "\n").strip()
    told = too_long({"note": text, "other": ""}, {"note": longest, "other": 0})
    if len(expected) <= longest:
        assert written(text, field="note", longest=longest) == expected == bare(text)
        assert told == {}
    else:
        with pytest.raises(Refused) as caught:
            written(text, field="note", longest=longest)
        assert told == {"note": caught.value.message}


def test_the_end_of_a_line_is_one_character() -> None:
    assert written("một\r\nhai", longest=7) == "một\nhai"


def test_nothing_is_refused_only_where_something_is_asked() -> None:
    assert written(" \0 ") == ""
    with pytest.raises(Refused) as caught:
        written(" \0 ", "Hãy ghi lý do.", "reason")
    assert (caught.value.field, caught.value.code) == ("reason", "required")

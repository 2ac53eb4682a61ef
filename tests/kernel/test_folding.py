"""Folding of text for search: what is typed without accents finds what was written with them."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.text.folding import fold


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("ăâđêôơưĐẦệộ \u0300\u0323\u05b7")), max_size=60))
def test_no_mark_is_left_in_either_form(text: str) -> None:
    folded = fold(text)
    assert not any(unicodedata.combining(char) for char in folded)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert folded == fold(folded)


def test_vietnamese_is_read_without_accents() -> None:
    assert fold("  Đặng  HOÀ ườ\u0323ng\u00a0") == "dang hoa uong"

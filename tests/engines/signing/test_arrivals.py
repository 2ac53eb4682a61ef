"""The arrival stamp: where it stands on pages of any make, what it leaves of earlier signatures, what it refuses."""

import io
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.rendering.layout import POINTS_PER_MM
from motcua.engines.rendering.snippets import ArrivalStamp, arrival_stamp
from motcua.engines.signing.arrivals import ARRIVAL_FIELD, Corner, with_arrival_place
from motcua.engines.signing.errors import Unsignable

TEXTS = ArrivalStamp("Ủy ban nhân dân xã Mẫu Sơn", "12", "27/11/2026", "Phòng Kinh tế")


def blank(wide: float, high: float, *, turned: int = 0, left: float = 0, bottom: float = 0) -> bytes:
    """A PDF of one empty page; its size as it is stored, then turned."""
    made, output = pikepdf.new(), io.BytesIO()
    page = made.add_blank_page(page_size=(wide, high))
    page.obj["/MediaBox"] = pikepdf.Array([left, bottom, left + wide, bottom + high])
    if turned:
        page.obj["/Rotate"] = turned
    made.save(output)
    return output.getvalue()


def place_of(pdf: bytes) -> tuple[list[float], Any]:
    """Where the stamp stands, and the page."""
    opened = pikepdf.open(io.BytesIO(pdf))
    page = opened.pages[0]
    (field,) = page.obj["/Annots"]
    assert str(field["/T"]) == ARRIVAL_FIELD
    return [float(side) for side in field["/Rect"]], page


@given(
    st.sampled_from(sorted(Corner)), st.sampled_from([0, 90, 180, 270]),
    st.floats(150, 900), st.floats(150, 900), st.floats(-50, 50),
)  # fmt: skip
def test_the_stamp_stands_whole_on_the_page(
    corner: Corner, turned: int, wide: float, high: float, shift: float
) -> None:
    pdf, field = with_arrival_place(blank(wide, high, turned=turned, left=shift, bottom=-shift), corner)
    assert field == ARRIVAL_FIELD
    (left, bottom, right, top), _page = place_of(pdf)
    assert shift - 1 <= left < right <= shift + wide + 1
    assert -shift - 1 <= bottom < top <= high - shift + 1
    size = sorted((right - left, top - bottom))
    assert size == pytest.approx([35 * POINTS_PER_MM, 50 * POINTS_PER_MM], abs=2)
    assert (right - left > top - bottom) == (turned in (0, 180))  # as it is shown it lies


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_below_the_date_is_on_the_upper_right_as_it_is_shown(turned: int) -> None:
    wide, high = (595.0, 842.0) if turned in (0, 180) else (842.0, 595.0)
    pdf, _field = with_arrival_place(blank(wide, high, turned=turned), Corner.BELOW_DATE)
    (left, bottom, _right, _top), _page = place_of(pdf)
    # Of a turned page the sides change places: what is shown at the top may be stored at the left.
    at_right = {0: left > wide / 2, 90: bottom > high / 2, 180: left < wide / 2, 270: bottom < high / 2}
    at_top = {0: bottom > high / 2, 90: left < wide / 2, 180: bottom < high / 2, 270: left > wide / 2}
    assert (at_right[turned], at_top[turned]) == (True, True)


def test_who_stamps_after_others_gets_a_place_of_their_own() -> None:
    once, _field = with_arrival_place(blank(595, 842), Corner.TOP)
    assert with_arrival_place(once, Corner.BOTTOM)[1] == f"{ARRIVAL_FIELD}2"


def test_what_is_no_pdf_is_not_stamped() -> None:
    for content in (b"%PDF-1.7\n%%EOF", b"", blank(595, 842)[:200]):
        with pytest.raises(Unsignable):
            with_arrival_place(content, Corner.TOP)


def test_a_page_that_is_above_itself_is_refused() -> None:
    made, output = pikepdf.open(io.BytesIO(blank(595, 842))), io.BytesIO()
    node = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages))
    node["/Parent"] = node
    made.pages[0].obj["/Parent"] = node
    made.save(output)
    with pytest.raises(Unsignable):
        with_arrival_place(output.getvalue(), Corner.TOP)


def test_the_stamp_says_what_the_decree_asks() -> None:
    drawn = arrival_stamp(TEXTS, width=50 * POINTS_PER_MM, height=35 * POINTS_PER_MM)
    page = pikepdf.open(io.BytesIO(drawn)).pages
    assert len(page) == 1  # nothing runs over, however long
    long = ArrivalStamp("Văn phòng Ủy ban nhân dân " * 5, "12345", "27/11/2026", "x" * 60, "y" * 60)
    assert len(pikepdf.open(io.BytesIO(arrival_stamp(long, width=141.7, height=99.2))).pages) == 1

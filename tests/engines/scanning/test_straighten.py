"""Sheets are found, seen from above and levelled; what is not found for certain stays as it is."""

import math

import pytest
from PIL import Image

from motcua.engines.scanning.straighten import outline, slant, straightened
from tests.engines.scanning.pictures import BIRTH_PAPER, photographed, sheet

PAPER = sheet(BIRTH_PAPER, size=(620, 877), height=22)


def test_a_photographed_sheet_is_found_and_seen_from_above() -> None:
    picture = photographed(PAPER)
    corners = outline(picture)
    assert corners is not None
    wanted = [(0.13, 0.10), (0.88, 0.07), (0.94, 0.93), (0.07, 0.90)]
    for here, (x, y) in zip(corners, wanted, strict=True):
        assert math.dist(here, (x * picture.width, y * picture.height)) < 0.015 * picture.height
    made = straightened(picture)
    assert outline(made) is None  # nothing but the sheet is left
    assert abs(slant(made)) <= 0.5


@pytest.mark.parametrize("turned", [-5.0, 2.0, 4.0])
def test_lines_of_a_crooked_scan_are_levelled(turned: float) -> None:
    crooked = PAPER.rotate(turned, Image.Resampling.BICUBIC, fillcolor="white")
    assert outline(crooked) is None
    assert slant(crooked) == pytest.approx(-turned, abs=0.5)
    assert abs(slant(straightened(crooked))) <= 0.5


@pytest.mark.parametrize(
    "picture",
    [
        PAPER,
        Image.new("RGB", (300, 400), "white"),
        Image.new("L", (300, 400), 0),
        Image.effect_noise((300, 400), 90).convert("RGB"),
        Image.radial_gradient("L").convert("RGB"),  # bright, and no sheet
        Image.new("RGB", (1, 1), "white"),
    ],
)
def test_what_is_straight_or_no_sheet_stays_as_it_is(picture: Image.Image) -> None:
    assert straightened(picture) is picture

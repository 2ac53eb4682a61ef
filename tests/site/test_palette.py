"""Every pair of colours that carries text, or tells a control from its ground, meets WCAG 2.2 AA."""

import re
from pathlib import Path

import pytest

PALETTE = Path(__file__).parents[2] / "frontend" / "styles" / "_palette.scss"
COLOURS = dict(re.findall(r"^\$([a-z-]+): (#[0-9a-f]{6});", PALETTE.read_text(encoding="utf-8"), re.M))
GROUNDS = ["white", "giay", "giay-shade"]
TEXT = [
    *((text, ground) for text in ["muc", "muc-soft", "son", "cham", "cham-dark", "ngoc", "loi"] for ground in GROUNDS),
    ("ho-phach", "white"),
    ("ho-phach", "giay"),
    ("ho-phach", "vang-tint"),
    ("muc", "vang-tint"),
    ("muc", "vang-light"),
    ("muc", "focus"),
    ("cham-dark", "cham-tint"),
    ("ngoc", "ngoc-tint"),
    ("loi", "loi-tint"),
    *(("white", ground) for ground in ["son", "son-deep", "cham", "cham-dark", "ngoc", "loi", "muc", "muc-soft"]),
    ("giay-shade", "son-deep"),
]
CONTROLS = [*(("giay-edge", ground) for ground in GROUNDS), ("son", "white"), ("muc", "focus")]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(COLOURS[one]), luminance(COLOURS[other])))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(text: str, ground: str):
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), CONTROLS)
def test_controls_can_be_seen(edge: str, ground: str):
    assert contrast(edge, ground) >= 3

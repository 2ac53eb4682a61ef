"""Places and sizes of digital signatures as the decree sets them: the data that the typst library reads too."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from motcua.engines.rendering.typesetting import HERE

_DATA = HERE / "packages" / "motcua" / "library" / "1.0.0" / "layout.yaml"
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class TextSeal:
    """A seal without a picture, at the top right of the first page; all in points."""

    font_size: float
    width: float
    height: float
    from_top: float
    from_right: float


@dataclass(frozen=True)
class ArrivalPlace:
    """Size of an arrival stamp, and how far it stands from the edges of the page; all in points."""

    width: float
    height: float
    from_side: float
    from_right: float
    below_head: float
    from_top: float
    from_bottom: float


@cache
def _layout() -> dict[str, Any]:
    layout: dict[str, Any] = yaml.safe_load(_DATA.read_text())
    return layout


@cache
def text_seal() -> TextSeal:
    """Box 14 of Decree 30/2020/NĐ-CP, appendix I; the same for annexes in files of their own."""
    values = _layout()["text_seal"]
    sides = {name: values[name] * POINTS_PER_MM for name in ("width", "height", "from_top", "from_right")}
    return TextSeal(font_size=values["font_size"], **sides)


@cache
def arrival_place() -> ArrivalPlace:
    """The arrival stamp of Decree 30/2020/NĐ-CP, appendix IV."""
    return ArrivalPlace(**{name: value * POINTS_PER_MM for name, value in _layout()["arrival_stamp"].items()})


def copy_name(kind: str) -> str:
    """What a copy is called in its seal: ``sao_y``, ``sao_luc`` or ``trich_sao`` (article 25)."""
    name: str = _layout()["copies"][kind]
    return name

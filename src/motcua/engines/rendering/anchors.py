"""Places in a rendered document that are filled after typesetting: signatures, the seal, number and date."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class AnchorKind(StrEnum):
    """What is going to stand at an anchor."""

    SIGNATURE = "signature"
    SEAL = "seal"
    TEXT = "text"


class TextAlign(StrEnum):
    """Where in its place a text stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True)
class Anchor:
    """A named rectangle on a page, in PDF points from the lower left corner; pages count from 1.

    ``italic``, ``bold`` and ``align`` are for texts, which take the style of the line they stand in.
    """

    name: str
    kind: AnchorKind
    page: int
    left: float
    bottom: float
    right: float
    top: float
    italic: bool = False
    bold: bool = False
    align: TextAlign = TextAlign.LEFT

    @property
    def width(self) -> float:
        """In points (1/72 inch)."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """In points (1/72 inch)."""
        return self.top - self.bottom


def anchor_from_layout(found: Mapping[str, Any]) -> Anchor:
    """Turn what the library's ``anchor`` noted (points from the upper left corner) into PDF coordinates."""
    top = found["page_height"] - found["top"]
    return Anchor(
        name=found["name"],
        kind=AnchorKind(found["kind"]),
        page=found["page"],
        left=found["left"],
        bottom=top - found["height"],
        right=found["left"] + found["width"],
        top=top,
        italic=found["italic"],
        bold=found["bold"],
        align=TextAlign(found["align"]),
    )

"""What a check can find."""

from dataclasses import dataclass
from enum import StrEnum


class What(StrEnum):
    """The kinds of damage."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    CUT_OFF = "cut off"
    HEAD_WRONG = "wrong head"
    HEAD_MISSING = "head missing"
    STREAM_LOST = "stream lost"
    PAYLOAD_ALTERED = "payload altered"
    PAYLOAD_MISSING = "payload missing"
    PAYLOAD_UNTOLD = "payload that the event does not know"
    ERASED_UNTOLD = "payload erased without a record"
    LEAF_ALTERED = "leaf altered"
    LEAF_MISSING = "leaf missing"
    NODE_ALTERED = "node altered"
    LEFT_OUT = "left out of the tree"
    ROOT_ALTERED = "root altered"
    ROOT_MISSING = "root missing"
    SIGNATURE_WRONG = "wrong signature"
    OUTSIDE_ROOT_DIFFERS = "outside root differs"


@dataclass(frozen=True)
class Finding:
    """One thing wrong: what, and where. ``detail`` is in English, for the operator."""

    what: What
    stream: str | None = None
    version: int | None = None
    position: int | None = None
    detail: str = ""

    def __str__(self) -> str:
        places = [
            f"stream {self.stream}" if self.stream is not None else "",
            f"version {self.version}" if self.version is not None else "",
            f"position {self.position}" if self.position is not None else "",
            self.detail,
        ]
        return f"{self.what}: {', '.join(place for place in places if place)}"


@dataclass
class Checked:
    """How much was looked at."""

    events: int = 0
    streams: int = 0
    leaves: int = 0
    roots: int = 0

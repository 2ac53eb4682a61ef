"""What cleaning and showing a form need to know from outside, handed in by the caller: no database here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Unit:
    """A province or commune: its code and its full name (``Xã Mẫu, tỉnh Mẫu Sơn``)."""

    code: str
    name: str


def _no_unit(typed: str) -> Unit | None:
    return None


def _no_file(file: str) -> str | None:
    return None


@dataclass(frozen=True)
class Surroundings:
    """``unit`` finds an administrative unit by code or full name; ``file`` names a stored file that this person may
    attach; ``today`` is the day that “today” in a schema means (without it such limits are not checked)."""

    unit: Callable[[str], Unit | None] = _no_unit
    file: Callable[[str], str | None] = _no_file
    today: date | None = None


NOWHERE = Surroundings()

"""Rooms above register who takes what was made: called in the transaction that ends the scan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from motcua.engines.scanning.models import Scan
from motcua.engines.scanning.reading import Fact
from motcua.kernel.blobs.models import StoredFile


@dataclass(frozen=True)
class Taken:
    """A PDF that was made, and what was read in it."""

    file: StoredFile
    pages: int
    recognised: bool
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Taker:
    """``take`` gets what was made; ``fail`` the scan that could not be made, with its originals.

    ``name`` is that of the file made.
    """

    take: Callable[[Scan, Taken], None]
    fail: Callable[[Scan], None]
    name: Callable[[Scan], str]


_takers: dict[str, Taker] = {}


def register(purpose: str, taker: Taker) -> None:
    """Have ``taker`` get the scans of a purpose."""
    _takers[purpose] = taker


def taker_for(purpose: str) -> Taker:
    """Raises ``KeyError`` for a purpose that no room has registered."""
    return _takers[purpose]

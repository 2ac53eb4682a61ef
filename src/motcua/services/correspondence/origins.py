"""Where documents come from that rooms above have made: each room says which page an origin (``result:…``) has.

A room registers in its ``AppConfig.ready``::

    origins.register("result", addresses_of)
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Place:
    """A page of the room above: what it is, and its address."""

    text: str
    url: str


# The page of one origin; None for whom may not see it.
Finder = Callable[[HttpRequest, str], Place | None]
_finders: dict[str, Finder] = {}


def register(kind: str, finder: Finder) -> None:
    """Let a room answer for the origins that begin with ``kind:``."""
    _finders[kind] = finder


def place_of(request: HttpRequest, origin: str) -> Place | None:
    """Where a document was made, for whoever may see it there."""
    finder = _finders.get(origin.partition(":")[0])
    return finder(request, origin) if finder is not None else None

"""What can be edited in the browser: rooms above register their kinds of files (this room knows none of them)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.kernel.blobs.models import StoredFile
from motcua.people.accounts.models import Account


@dataclass(frozen=True)
class Rights:
    """What an account may do with a file now. ``name``: the file's name, with its extension."""

    name: str
    writes: bool


@dataclass(frozen=True)
class Source:
    """What editing begins with. ``mark`` tells states of the room's own file apart; ``load`` gives the file."""

    mark: str
    load: Callable[[], StoredFile]


@dataclass(frozen=True)
class Edited:
    """What was edited: the file, who saved it last, and all who have saved since it was taken the last time."""

    file: StoredFile
    by: UUID
    editors: tuple[UUID, ...]
    at: datetime


@dataclass(frozen=True)
class Kind:
    """A kind of files. ``subject`` in all of these is the room's own key.

    ``rights`` raises ``NotFound`` for what the account may not see; ``keep`` makes a version of what was edited and
    gives its mark, or raises ``Refused`` with the reason; ``back`` is the address of the page that leads here.
    """

    code: str
    rights: Callable[[Account, UUID], Rights]
    source: Callable[[UUID], Source]
    keep: Callable[[UUID, Edited], str]
    back: Callable[[UUID], str]


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let files of a kind be edited."""
    _kinds[kind.code] = kind


def kind_of(code: str) -> Kind:
    """A registered kind."""
    return _kinds[code]

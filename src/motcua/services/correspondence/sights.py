"""Who else may read documents that came in: a room above registers the condition, this one names none.

A room registers in its ``AppConfig.ready``::

    sights.register("tasks", access.documents_to_read, access.seers_of_documents)

The condition is on :class:`IncomingDocument` and must be cheap: it is asked wherever a document is opened. It gives
reading alone. What may be done with a document stays with those whose register it is, and who was assigned to it.

Search asks the second: whom the room lets find documents. The room has them indexed anew when that changes.
"""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from motcua.people.officers.desks import Desk


class Seer(NamedTuple):
    """Who may find a document: those who keep or read an office's register, and an officer, if one is named."""

    document: UUID
    office: UUID
    officer: UUID | None


Sight = Callable[[Desk], Q]
Seers = Callable[[Collection[UUID]], Iterable[Seer]]

_sights: dict[str, Sight] = {}
_seers: dict[str, Seers] = {}


def register(name: str, sight: Sight, seers: Seers) -> None:
    """Let a room give sight of documents; the same name registered again replaces it."""
    _sights[name], _seers[name] = sight, seers


def seers(documents: Collection[UUID]) -> list[Seer]:
    """Whom other rooms let find some documents."""
    return [seer for each in _seers.values() for seer in each(documents)]


def given(desk: Desk) -> list[Q]:
    """The conditions under which other rooms let an officer read a document."""
    return [sight(desk) for sight in _sights.values()]

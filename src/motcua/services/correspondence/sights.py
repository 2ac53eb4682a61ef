"""Who else may read documents that came in: a room above registers the condition, this one names none.

A room registers in its ``AppConfig.ready``::

    sights.register("tasks", access.documents_to_read)

The condition is on :class:`IncomingDocument` and must be cheap: it is asked wherever a document is opened. It gives
reading alone. What may be done with a document stays with those whose register it is, and who was assigned to it.
"""

from collections.abc import Callable

from django.db.models import Q

from motcua.people.officers.desks import Desk

Sight = Callable[[Desk], Q]

_sights: dict[str, Sight] = {}


def register(name: str, sight: Sight) -> None:
    """Let a room give sight of documents; the same name registered again replaces it."""
    _sights[name] = sight


def given(desk: Desk) -> list[Q]:
    """The conditions under which other rooms let an officer read a document."""
    return [sight(desk) for sight in _sights.values()]

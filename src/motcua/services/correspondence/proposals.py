"""What rooms above propose as the answer to a document that came in: the text with which its draft begins.

A room registers in its ``AppConfig.ready``::

    proposals.register("dossiers", answers.proposed)
"""

from collections.abc import Callable

from motcua.people.officers.desks import Desk
from motcua.services.correspondence.models import IncomingDocument

# The text, for an officer who may see what it is made of; empty where there is nothing to propose.
Propose = Callable[[IncomingDocument, Desk], str]
_known: dict[str, Propose] = {}


def register(name: str, propose: Propose) -> None:
    """Let a room propose answers; the same name registered again replaces it."""
    _known[name] = propose


def proposed(document: IncomingDocument, desk: Desk) -> str:
    """All that is proposed, one after the other."""
    return "\n".join(text for propose in _known.values() if (text := propose(document, desk)))

"""What a process waits for comes from outside: a receive task or a message event goes on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from motcua.engines.process.graph import Kind
from motcua.kernel.errors import Conflict
from motcua.services.dossiers.actions.waiting import go_on
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.advancing import PAYMENT, Advance
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.standing import Item
from motcua.services.procedures.runtime import package_of


@transaction.atomic
def deliver_message(
    dossier: UUID, *, message: str, by: Actor, at: datetime | None = None, seen_version: int | None = None
) -> bool:
    """Give the process a message; False when a rule failed: that is reported, and the process still waits.

    Raises ``Conflict`` where nothing waits for it (any more), and for a payment: that comes with the money alone.
    """
    move = Move.begin(dossier, by=by, at=at, seen_version=seen_version)
    move.require("work")
    advance = Advance(move, package_of(move.row.procedure_version_id))
    item = _waiting(advance, message) if message != PAYMENT else None
    if item is None:
        raise Conflict(_("The process does not wait for this message."), code="not_awaited")
    retry = {"action": "deliver", "message": message}
    kind = "dossier.message_received"
    return go_on(move, advance, lambda: advance.deliver(message), kind, item, message, retry=retry)


def _waiting(advance: Advance, message: str) -> Item | None:
    """What waits for it: a receiving node before a step with an event."""
    nodes, found = advance.graph.nodes, list[tuple[bool, int, Item]]()
    for item in advance.move.standing.items.values():
        for place in (item.node, *advance.graph.boundaries.get(item.node, ())):
            node = nodes[place]
            if node.message == message and node.kind in {Kind.RECEIVE, Kind.BOUNDARY}:
                found.append((node.kind is Kind.BOUNDARY, len(found), item))
    return min(found)[2] if found else None

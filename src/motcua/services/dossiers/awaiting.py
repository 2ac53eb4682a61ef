"""Messages from outside that the process of a dossier waits for, such as the answer of another system."""

from collections.abc import Iterator

from motcua.engines.process.graph import Graph, Kind
from motcua.services.dossiers.advancing import PAYMENT
from motcua.services.dossiers.models import Dossier, WorkItem
from motcua.services.procedures.runtime import package_of

_STANDING = (WorkItem.State.OPEN, WorkItem.State.WAITING)


def awaited_messages(dossier: Dossier) -> dict[str, str]:
    """Those awaited now, with what waits for each; no statement where the process knows none.

    Payments come by themselves.
    """
    known = list(_messages(package_of(dossier.procedure_version_id).graph))
    if not known:
        return {}
    standing = WorkItem.objects.filter(dossier=dossier, state__in=_STANDING).values_list("node", flat=True)
    nodes = set(standing)
    return {message: name for place, message, name in sorted(known) if place in nodes}


def _messages(graph: Graph) -> Iterator[tuple[str, str, str]]:
    """Where a token stands when it waits for which message, and the name of what waits."""
    for node in graph.nodes.values():
        if node.message and node.message != PAYMENT and node.kind in {Kind.RECEIVE, Kind.BOUNDARY}:
            yield node.host or node.id, node.message, node.name or node.message

"""When an inclusive join may go on (BPMN 2.0.2, table 13.3)."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable

from motcua.engines.process.graph import Graph, Node


def can_join(graph: Graph, join: Node, arrived: Collection[str], elsewhere: Iterable[str]) -> bool:
    """Whether no token ``elsewhere`` (node ids of the same scope instance) can still bring a missing branch.

    ``arrived`` are the incoming flows that hold a token. A token is waited for if it can reach, without passing the
    join, an incoming flow that is still empty and none that already holds a token.
    """
    empty = [flow for flow in join.incoming if flow not in arrived]
    places = set(elsewhere)
    if not empty or not places:
        return True
    bringing = places & _upstream(graph, join, empty)
    return not bringing or bringing <= _upstream(graph, join, arrived)


def _upstream(graph: Graph, join: Node, flows: Iterable[str]) -> set[str]:
    """The nodes from which a path leads over one of the flows into the join without passing it before."""
    queue = deque(source for source in (graph.flows[flow].source for flow in flows) if source != join.id)
    seen = set(queue)
    while queue:
        for node in graph.predecessors(graph.nodes[queue.popleft()]):
            if node not in seen and node != join.id:
                seen.add(node)
                queue.append(node)
    return seen

"""Sending work back (trả lại bước trước): which earlier steps are safe, and what is undone on the way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from motcua.engines.process.graph import Graph, Kind, Node

MAX_TARGETS = 50


def previous_steps(graph: Graph, node: str) -> list[Node]:
    """The steps to which the step ``node`` may be sent back, nearest first, at most 50.

    A step qualifies when it can come before ``node`` and when everything that runs in parallel in between starts
    and ends behind it, so that no branch is opened twice or left waiting. A step inside a sub-process may also go
    back to steps before the sub-process, unless that is a multi-instance (the others' work would be lost). Whether
    the dossier has really passed a step is for the caller to know.
    """
    found: list[Node] = []
    place: Node | None = graph.nodes[node]
    while place is not None and place.many is None and len(found) < MAX_TARGETS:
        found.extend(_previous_in_scope(graph, place))
        place = graph.nodes.get(place.scope)
    if graph.nodes[node].many is None:
        return found[:MAX_TARGETS]
    return []


def done_again(graph: Graph, target: Node) -> set[str]:
    """The nodes of the scope that can be reached only through ``target``: their tokens go when it is done again."""
    avoiding = _reached(graph.starts[target.scope], _successors(graph), without=target.id)
    return {node.id for node in graph.nodes.values() if node.scope == target.scope and node.id not in avoiding}


def _previous_in_scope(graph: Graph, place: Node) -> Iterator[Node]:
    before = _reached((place.id,), _predecessors(graph))
    earlier = _reached(graph.starts[place.scope], _successors(graph), without=place.id)
    candidates = [node for node in before if node in earlier and graph.nodes[node].kind is Kind.STEP]
    for candidate in candidates[:MAX_TARGETS]:
        between = before.keys() & _reached((candidate,), _successors(graph)).keys()
        parallel = {node for node in between if _is_parallel(graph, graph.nodes[node])}
        if parallel <= done_again(graph, graph.nodes[candidate]):
            yield graph.nodes[candidate]


def _is_parallel(graph: Graph, node: Node) -> bool:
    """Whether more or fewer tokens can leave a node than came to it."""
    if node.kind is Kind.EXCLUSIVE:
        return False
    if node.kind in {Kind.PARALLEL, Kind.INCLUSIVE}:
        return len(node.incoming) > 1 or len(node.outgoing) > 1
    beside = (graph.nodes[event] for event in graph.boundaries.get(node.id, ()))
    return len(node.outgoing) > 1 or any(not event.interrupting for event in beside)


def _successors(graph: Graph) -> Callable[[str], Iterator[str]]:
    return lambda node: graph.successors(graph.nodes[node])


def _predecessors(graph: Graph) -> Callable[[str], Iterator[str]]:
    return lambda node: graph.predecessors(graph.nodes[node])


def _reached(starts: Iterable[str], following: Callable[[str], Iterator[str]], without: str = "") -> dict[str, None]:
    """The nodes reached from ``starts`` by breadth, in that order, never entering ``without``."""
    seen = dict.fromkeys(start for start in starts if start != without)
    queue = deque(seen)
    while queue:
        for node in following(queue.popleft()):
            if node not in seen and node != without:
                seen[node] = None
                queue.append(node)
    return seen

"""What a drawing must fulfil so that no dossier gets lost in it; every check is linear in the size of the graph."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator

from motcua.engines.process.graph import CONTAINERS, ENDS, WAITING, Graph, Kind, Node
from motcua.engines.process.model import Model

_HOSTS = WAITING | CONTAINERS | {Kind.SERVICE, Kind.DECISION}
_UNDECIDING = {Kind.PARALLEL, Kind.START, Kind.BOUNDARY, Kind.MILESTONE, Kind.TIMER}
_PASSING = {Kind.EXCLUSIVE, Kind.PARALLEL, Kind.INCLUSIVE, Kind.MILESTONE, Kind.SEND}
_OUTCOME = re.compile(r"\boutcome\s*==\s*(?:\"([^\"]*)\"|'([^']*)')")


def check_graph(graph: Graph, model: Model) -> None:
    """Note every structural problem of a linked graph in the model."""
    for scope in _scopes(graph):
        _check_starts(graph, model, scope)
    for node in graph.nodes.values():
        _check_ends(model, node)
        _check_branches(graph, model, node)
        if node.kind is Kind.BOUNDARY:
            _check_boundary(graph, model, node)
    _check_outcomes(graph, model)
    _check_reachable(graph, model)
    _check_exits(graph, model)
    _check_automatic_loops(graph, model)


def _scopes(graph: Graph) -> list[str]:
    inner = (node.inner_scope for node in graph.nodes.values() if node.kind in CONTAINERS)
    return list(dict.fromkeys((graph.process, *inner)))


def _check_starts(graph: Graph, model: Model, scope: str) -> None:
    owner = graph.nodes.get(scope) or model.processes.get(scope)
    if owner is None or scope in model.refused:
        return  # a call to nowhere or an event sub-process, refused already
    plain = [start for start in graph.starts.get(scope, ()) if not graph.nodes[start].message]
    by_message = [start for start in graph.starts.get(scope, ()) if graph.nodes[start].message]
    if len(plain) > 1:
        message = f"there are {len(plain)} start events: {', '.join(plain)}"
        model.refuse_part(owner, message, "Keep one, and branch after it with a gateway.")
    if by_message and scope in graph.nodes:
        model.refuse_part(owner, "a sub-process cannot start with a message", "Use a plain start event.")
    elif not plain and not (by_message and scope == graph.process):
        model.refuse_part(owner, "there is no plain start event", "Draw a start event and connect it.")


def _check_ends(model: Model, node: Node) -> None:
    if node.id in model.refused:
        return
    if node.kind in {Kind.START, Kind.BOUNDARY} and node.incoming:
        model.refuse_part(node, "a flow leads into a start or boundary event", "Let it lead to the node after it.")
    if node.kind in ENDS and node.outgoing:
        model.refuse_part(node, "a flow leads out of an end event", "Use an intermediate event.")
    if node.kind not in ENDS and not node.outgoing:
        model.refuse_part(node, "nothing follows", "Connect it to the next node or to an end event.")


def _check_branches(graph: Graph, model: Model, node: Node) -> None:
    flows = [graph.flows[flow] for flow in node.outgoing]
    if node.default and node.default not in node.outgoing:
        model.refuse_part(node, f"the default flow “{node.default}” does not leave this node", "Choose one that does.")
    conditional = [flow for flow in flows if flow.condition]
    if (conditional or node.default) and node.kind in _UNDECIDING:
        message = "conditions or a default at the flows of a node that does not decide"
        model.refuse_part(node, message, "Use an exclusive gateway.")
        return
    for flow in conditional:
        if flow.id == node.default:
            model.refuse_part(flow, "the default flow has a condition", "Remove the condition.")
    decides = node.kind in {Kind.EXCLUSIVE, Kind.INCLUSIVE} and len(flows) > 1
    if decides:
        for flow in flows:
            if not flow.condition and flow.id != node.default:
                model.refuse_part(flow, "the flow has no condition", "Write a condition or make it the default flow.")
    if (decides or len(conditional) == len(flows) > 0) and not node.default:
        model.refuse_part(node, "no flow is the default", "Mark the flow to take when no condition is true.")


def _check_boundary(graph: Graph, model: Model, node: Node) -> None:
    host = graph.nodes.get(node.host)
    if host is None or host.scope != node.scope:
        model.refuse_part(node, f"the event is attached to “{node.host}”, which is not here", "Attach it to a step.")
    elif host.kind not in _HOSTS:
        model.refuse_part(node, f"the event is attached to “{node.host}”, which does not wait", "Attach it to a step.")


def _check_outcomes(graph: Graph, model: Model) -> None:
    known = {outcome.id for step in graph.nodes.values() for outcome in step.outcomes}
    for flow in graph.flows.values():
        for double, single in _OUTCOME.findall(flow.condition):
            if known and (double or single) not in known:
                hint = f"Outcomes of this process: {', '.join(sorted(known))}."
                model.refuse_part(flow, f"no step has the outcome “{double or single}”", hint)
    told = _told_outcome(graph)
    for flow in graph.flows.values():
        if flow.source not in told and _OUTCOME.search(flow.condition):
            message = "an outcome is asked for where no step has just been completed"
            model.refuse_part(flow, message, "Put the gateway directly behind the step.")


def _told_outcome(graph: Graph) -> set[str]:
    """The nodes that can be left in the very move that completed a step; only there the outcome is known."""
    inside = {node.id for node in graph.nodes.values() if node.kind is Kind.START and node.scope != graph.process}
    sources = {node.id for node in graph.nodes.values() if node.kind in {Kind.STEP, *CONTAINERS}}
    passing = {node.id for node in graph.nodes.values() if node.kind in _PASSING}
    return _walk(
        sources | inside, lambda node: (other for other in graph.successors(graph.nodes[node]) if other in passing)
    )


def _walk(starts: Iterable[str], following: Callable[[str], Iterator[str]]) -> set[str]:
    seen = set(starts)
    queue = deque(seen)
    while queue:
        for other in following(queue.popleft()):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return seen


def _check_reachable(graph: Graph, model: Model) -> None:
    starts = [start for scope in graph.starts.values() for start in scope]
    # A boundary event without its host and a refused element are told of once, and what follows them not at all.
    lost = (node.id for node in graph.nodes.values() if node.kind is Kind.BOUNDARY and node.host not in graph.nodes)
    reached = _walk(
        (*starts, *lost, *model.refused & graph.nodes.keys()), lambda node: graph.successors(graph.nodes[node])
    )
    for node in graph.nodes.values():
        if node.id not in reached and node.kind is not Kind.BOUNDARY:
            model.refuse_part(node, "no path leads here from a start event", "Connect it or delete it.")


def _check_exits(graph: Graph, model: Model) -> None:
    """Refuse loops that no flow leaves; a node that nothing follows has been refused as such."""
    last = (
        node.id for node in graph.nodes.values() if node.kind in ENDS or not node.outgoing or node.id in model.refused
    )
    leaving = _walk(last, lambda node: graph.predecessors(graph.nodes[node]))
    for nodes in _components(graph, graph.nodes.keys() - leaving):
        message = f"no path leads from here to an end event: {_listed(nodes)}"
        model.refuse_part(graph.nodes[nodes[0]], message, "Draw a flow out of the loop.")


def _check_automatic_loops(graph: Graph, model: Model) -> None:
    """Refuse loops in which nobody acts and nothing is waited for: they would run for ever."""
    waiting = _waiting(graph)
    for nodes in _components(graph, _on_cycles(graph, graph.nodes.keys() - waiting)):
        message = f"a loop in which nobody acts: {_listed(nodes)}"
        model.refuse_part(graph.nodes[nodes[0]], message, "Put a step, a timer or a message into the loop.")


def _waiting(graph: Graph) -> set[str]:
    """The nodes at which a token waits; a sub-process waits if anything in it does."""
    containers: dict[str, list[str]] = defaultdict(list)
    for node in graph.nodes.values():
        if node.kind in CONTAINERS:
            containers[node.inner_scope].append(node.id)
    direct = (node.id for node in graph.nodes.values() if node.kind in WAITING or node.kind is Kind.BOUNDARY)
    return _walk(direct, lambda node: iter(containers.get(graph.nodes[node].scope, ())))


def _on_cycles(graph: Graph, nodes: set[str]) -> set[str]:
    """The nodes that lie on a cycle, or between two cycles, of the part of the graph given by ``nodes``."""
    rest = _strip(nodes, graph.predecessors, graph.successors, graph)
    return _strip(rest, graph.successors, graph.predecessors, graph)


def _strip(
    nodes: set[str],
    before: Callable[[Node], Iterator[str]],
    after: Callable[[Node], Iterator[str]],
    graph: Graph,
) -> set[str]:
    rest = set(nodes)
    open_ends = {node: sum(other in rest for other in before(graph.nodes[node])) for node in rest}
    free = deque(node for node, count in open_ends.items() if count == 0)
    while free:
        node = free.popleft()
        rest.discard(node)
        for other in after(graph.nodes[node]):
            if other in rest:
                open_ends[other] -= 1
                if open_ends[other] == 0:
                    free.append(other)
    return rest


def _components(graph: Graph, nodes: set[str]) -> Iterator[list[str]]:
    """The connected parts of a set of nodes, each in the order of the file."""
    rest = set(nodes)
    order = {node: number for number, node in enumerate(graph.nodes)}
    for start in sorted(nodes, key=order.__getitem__):
        if start in rest:
            part = _walk((start,), lambda node: _neighbours(graph, node, nodes))
            rest -= part
            yield sorted(part, key=order.__getitem__)


def _neighbours(graph: Graph, node: str, within: set[str]) -> Iterator[str]:
    yield from (other for other in graph.successors(graph.nodes[node]) if other in within)
    yield from (other for other in graph.predecessors(graph.nodes[node]) if other in within)


def _listed(nodes: list[str]) -> str:
    return ", ".join(nodes[:5]) + (" …" if len(nodes) > 5 else "")

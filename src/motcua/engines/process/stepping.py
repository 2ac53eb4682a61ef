"""The moves of a process: pure functions from tokens, outcome and facts to the tokens that close and open.

Every function takes ``evaluate(condition, facts)``, usually ``motcua.engines.rules.expressions.holds``, and
``new_id``, which names new tokens. Conditions see the facts, the ``outcome`` of the step that was completed, and
inside a multi-instance its ``item``. All raise ProcessError where the process cannot go on (a matter for the
exception queue) and IllegalMove where the caller asked for something that is not on offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from motcua.engines.process.graph import Graph, Kind, Node
from motcua.engines.process.problems import IllegalMove
from motcua.engines.process.returns import done_again, previous_steps
from motcua.engines.process.tokens import Evaluate, Facts, NewId, Reason, State, Step, Token
from motcua.engines.process.walking import Walk

_COMPLETABLE = frozenset({Kind.STEP, Kind.SERVICE, Kind.DECISION, Kind.SPAWN})


def start(graph: Graph, facts: Facts, *, evaluate: Evaluate, new_id: NewId, message: str = "") -> Step:
    """Begin a process at its plain start event, or at the one that waits for ``message``.

    A process that only messages can start begins at its single message start when no message is named.
    """
    starts = [graph.nodes[node] for node in graph.starts[graph.process]]
    fitting = [node for node in starts if node.message == message]
    if not fitting and not message and len(starts) == 1:
        fitting = starts
    if not fitting:
        raise IllegalMove(graph.process, f"no start event waits for the message “{message}”")
    walk = Walk(graph, (), facts, evaluate, new_id)
    walk.enter(fitting[0].id, None)
    return walk.step()


def complete(
    graph: Graph,
    tokens: Iterable[Token],
    token_id: str,
    outcome: str | None,
    facts: Facts,
    *,
    evaluate: Evaluate,
    new_id: NewId,
) -> Step:
    """Complete an open step, service, decision or child dossier; ``outcome`` is one that the step declares."""
    walk = Walk(graph, tokens, {**facts, "outcome": outcome}, evaluate, new_id)
    token, node = _standing(walk, token_id)
    if token.state is not State.OPEN or node.kind not in _COMPLETABLE:
        raise IllegalMove(node.id, "this is not something that can be completed")
    if node.outcomes and outcome not in {declared.id for declared in node.outcomes}:
        raise IllegalMove(node.id, f"the step has no outcome “{outcome}”")
    walk.complete(token)
    return walk.step()


def fire_timer(
    graph: Graph,
    tokens: Iterable[Token],
    token_id: str,
    event: str,
    facts: Facts,
    *,
    evaluate: Evaluate,
    new_id: NewId,
) -> Step:
    """Let the timer ``event`` of a token fire, as ``StartTimer`` asked for; a timer fires once."""
    walk = Walk(graph, tokens, facts, evaluate, new_id)
    token, node = _standing(walk, token_id)
    if event not in {timer.id for timer in _events(graph, token, node) if timer.timer}:
        raise IllegalMove(node.id, f"no timer “{event}” runs here")
    _happen(walk, token, graph.nodes[event])
    return walk.step()


def deliver_message(
    graph: Graph,
    tokens: Iterable[Token],
    message: str,
    facts: Facts,
    *,
    evaluate: Evaluate,
    new_id: NewId,
    token_id: str = "",
) -> Step:
    """Give a message to the first token that waits for it, or to ``token_id`` where the message names one.

    A receiving node is served before a boundary event.
    """
    walk = Walk(graph, tokens, facts, evaluate, new_id)
    waiting = [
        (event.kind is Kind.BOUNDARY, token, event)
        for token in walk.tokens.values()
        if token_id in ("", token.id)
        for event in _events(graph, token, graph.nodes[token.node])
        if event.message == message
    ]
    if not message or not waiting:
        raise IllegalMove(graph.process, f"nothing waits for the message “{message}”")
    _, token, event = min(waiting, key=lambda found: found[0])
    _happen(walk, token, event)
    return walk.step()


def send_back(
    graph: Graph,
    tokens: Iterable[Token],
    token_id: str,
    to_node: str,
    facts: Facts,
    *,
    evaluate: Evaluate,
    new_id: NewId,
) -> Step:
    """Return from an open step to an earlier one of ``previous_steps``; what will be done again is cancelled."""
    walk = Walk(graph, tokens, facts, evaluate, new_id)
    token, node = _standing(walk, token_id)
    if token.state is not State.OPEN or node.kind is not Kind.STEP:
        raise IllegalMove(node.id, "only an open step can be sent back")
    if to_node not in {step.id for step in previous_steps(graph, node.id)}:
        raise IllegalMove(node.id, f"the step cannot be sent back to “{to_node}”")
    target = graph.nodes[to_node]
    walk.cancel(token, Reason.RETURNED)
    while graph.nodes[token.node].scope != target.scope:
        assert token.parent is not None  # previous_steps looks only at scopes around this one
        token = walk.tokens[token.parent]
    again = done_again(graph, target)
    for other in list(walk.tokens.values()):
        place = graph.flows[other.flow].source if other.state is State.JOINING else other.node
        if other.id in walk.tokens and other.parent == token.parent and (place in again or other.id == token.id):
            walk.cancel(other)
    walk.enter(to_node, token.parent)
    return walk.step()


def _standing(walk: Walk, token_id: str) -> tuple[Token, Node]:
    token = walk.tokens.get(token_id)
    if token is None:
        raise IllegalMove(walk.graph.process, "this step is closed already")
    return token, walk.graph.nodes[token.node]


def _events(graph: Graph, token: Token, node: Node) -> Iterator[Node]:
    """The events that can happen to a token: its own, and the boundary events around it."""
    if token.state is State.OPEN and node.kind in {Kind.TIMER, Kind.RECEIVE}:
        yield node
    outermost = node.many is None or token.instances is not None
    if outermost and token.state is not State.JOINING:
        yield from (graph.nodes[event] for event in graph.boundaries.get(node.id, ()))


def _happen(walk: Walk, token: Token, event: Node) -> None:
    if event.kind is not Kind.BOUNDARY:
        walk.complete(token)
        return
    if event.interrupting:
        walk.cancel(token)
    walk.leave(event, token.parent)

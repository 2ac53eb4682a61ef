"""The way that a dossier with given facts would take, for showing and testing a process before it is published."""

from __future__ import annotations

from collections import deque
from itertools import count
from typing import Any

from motcua.engines.process.graph import Graph, Kind
from motcua.engines.process.problems import ProcessError
from motcua.engines.process.stepping import complete, deliver_message, fire_timer, start
from motcua.engines.process.tokens import (
    AwaitMessage,
    CallService,
    Decide,
    Ended,
    Evaluate,
    Facts,
    OpenStep,
    SpawnDossier,
    StartTimer,
    Step,
    Token,
)

MAX_STEPS = 1_000


def trace(graph: Graph, facts: Facts, *, evaluate: Evaluate) -> list[dict[str, Any]]:
    """What would open, in order, if every step were completed at once.

    A step takes the outcome that the fact ``outcomes`` names for it (``{step id: outcome}``), else the fact
    ``outcome`` if it has such an outcome, else its first one.
    Services, decisions and child dossiers answer at once and change no fact; intermediate timers fire, awaited
    messages arrive; boundary events do not happen. Raises ProcessError where the process stops or never ends.
    """
    numbers = count(1)
    run: dict[str, Any] = {"evaluate": evaluate, "new_id": lambda: f"t{next(numbers)}"}
    step = start(graph, facts, **run)
    tokens = step.apply(())
    lines = [*_lines(graph, step)]
    pending = deque(step.effects)
    while pending:
        move = _answer(graph, pending.popleft(), tokens, facts, run)
        if move is None:
            continue
        tokens = move.apply(tokens)
        lines.extend(_lines(graph, move))
        pending.extend(move.effects)
        if len(lines) > MAX_STEPS:
            raise ProcessError(graph.process, f"not ended after {MAX_STEPS} steps; give other outcomes")
    return lines


def _answer(graph: Graph, effect: Any, tokens: tuple[Token, ...], facts: Facts, run: dict[str, Any]) -> Step | None:
    """Do what an effect waits for; None where it waits for nothing, or for something that has been cancelled."""
    if getattr(effect, "token", None) not in {token.id for token in tokens}:
        return None
    if isinstance(effect, OpenStep):
        return complete(graph, tokens, effect.token, _outcome(graph, effect.node, facts), facts, **run)
    if isinstance(effect, CallService | Decide | SpawnDossier):
        return complete(graph, tokens, effect.token, None, facts, **run)
    if isinstance(effect, StartTimer | AwaitMessage) and not graph.nodes[effect.event].host:
        if isinstance(effect, StartTimer):
            return fire_timer(graph, tokens, effect.token, effect.event, facts, **run)
        return deliver_message(graph, tokens, effect.message, facts, token_id=effect.token, **run)
    return None


def _outcome(graph: Graph, node: str, facts: Facts) -> str | None:
    declared = [outcome.id for outcome in graph.nodes[node].outcomes]
    wanted = facts.get("outcomes")
    if isinstance(wanted, dict) and node in wanted:
        return str(wanted[node])
    common = facts.get("outcome")
    if common is not None and (not declared or common in declared):
        return str(common)
    return declared[0] if declared else None


def _lines(graph: Graph, step: Step) -> list[dict[str, Any]]:
    lines = []
    for effect in step.effects:
        node = graph.nodes[effect.event if isinstance(effect, StartTimer | AwaitMessage | Ended) else effect.node]
        if node.kind is Kind.BOUNDARY:
            continue
        line: dict[str, Any] = {"id": node.id, "name": node.name, "kind": str(node.kind)}
        item = getattr(effect, "item", None)
        lines.append(line if item is None else {**line, "item": item})
    return lines

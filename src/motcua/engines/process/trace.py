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
    Effect,
    Ended,
    Evaluate,
    Facts,
    OpenStep,
    SpawnDossier,
    StartTimer,
    Step,
    Token,
)

MAX_STEPS = 1_000  # and ten for each node of the drawing: what opens more goes round and round


def trace(graph: Graph, facts: Facts, *, evaluate: Evaluate) -> list[dict[str, Any]]:
    """What would open, in order, if every step were completed at once.

    A step takes the outcome that the fact ``outcomes`` names for it (``{step id: outcome}``), else the fact
    ``outcome`` if it has such an outcome, else its first one; conditions also see it as ``STEP_outcome``. Services,
    decisions and child dossiers answer at once and change no fact; intermediate timers fire, awaited messages
    arrive; boundary events do not happen. Raises ProcessError where the process stops or never ends.
    """
    rehearsal = Rehearsal(graph, facts, evaluate)
    rehearsal.run()
    return rehearsal.lines


class Rehearsal:
    """A process in which everything that is waited for happens at once; ``lines`` tell how far it has come."""

    def __init__(self, graph: Graph, facts: Facts, evaluate: Evaluate) -> None:
        numbers = count(1)
        self.graph = graph
        self.facts = dict(facts)
        self.tools: dict[str, Any] = {"evaluate": evaluate, "new_id": lambda: f"t{next(numbers)}"}
        self.tokens: tuple[Token, ...] = ()
        self.pending: deque[Effect] = deque()
        self.lines: list[dict[str, Any]] = []

    def run(self) -> None:
        """Go on to the end; raises ProcessError where that is not reached."""
        self._keep(start(self.graph, self.facts, **self.tools))
        while self.pending:
            effect = self.pending.popleft()
            if getattr(effect, "token", None) in {token.id for token in self.tokens}:
                self._answer(effect)

    def _keep(self, step: Step) -> None:
        self.tokens = step.apply(self.tokens)
        self.pending.extend(step.effects)
        self.lines.extend(_lines(self.graph, step))
        most = MAX_STEPS + 10 * len(self.graph.nodes)
        if len(self.lines) > most:
            raise ProcessError(self.graph.process, f"not ended after {most} steps; give other outcomes")

    def _answer(self, effect: Effect) -> None:
        """Do what an effect waits for; boundary events wait in vain."""
        match effect:
            case OpenStep(token=token, node=node):
                outcome = _outcome(self.graph, node, self.facts)
                self.facts[f"{node}_outcome"] = outcome
                self._keep(complete(self.graph, self.tokens, token, outcome, self.facts, **self.tools))
            case CallService(token=token) | Decide(token=token) | SpawnDossier(token=token):
                self._keep(complete(self.graph, self.tokens, token, None, self.facts, **self.tools))
            case StartTimer(token=token, event=event) if not self.graph.nodes[event].host:
                self._keep(fire_timer(self.graph, self.tokens, token, event, self.facts, **self.tools))
            case AwaitMessage(token=token, event=event, message=name) if not self.graph.nodes[event].host:
                move = deliver_message(self.graph, self.tokens, name, self.facts, token_id=token, **self.tools)
                self._keep(move)


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

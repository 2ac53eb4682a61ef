"""One move of a process: tokens run along the flows until every one of them waits for something outside."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from motcua.engines.process.graph import CONTAINERS, Flow, Graph, Kind, MultiInstance, Node
from motcua.engines.process.joins import can_join
from motcua.engines.process.problems import ProcessError
from motcua.engines.process.tokens import (
    AwaitMessage,
    CallService,
    Closing,
    Decide,
    Effect,
    Ended,
    Evaluate,
    Facts,
    NewId,
    OpenStep,
    Reason,
    SendMessage,
    SpawnDossier,
    StartTimer,
    State,
    Step,
    Token,
    fact,
)
from motcua.engines.rules.problems import RuleError

MAX_MOVES = 20_000
MAX_INSTANCES = 200

# A node to be entered: node, holding token around it, flow by which it is reached.
_Arrival = tuple[str, str | None, str]


class Walk:
    """The working state of one move; made for one call of a stepping function and read once as its ``Step``."""

    def __init__(self, graph: Graph, tokens: Iterable[Token], facts: Facts, evaluate: Evaluate, new_id: NewId) -> None:
        self.graph = graph
        self.tokens = {token.id: token for token in tokens}
        self._facts = facts
        self._evaluate = evaluate
        self._new_id = new_id
        self._children: defaultdict[str | None, dict[str, None]] = defaultdict(dict)
        for token in self.tokens.values():
            self._children[token.parent][token.id] = None
        self._before = frozenset(self.tokens)
        self._closed: list[Closing] = []
        self._dropped: set[str] = set()
        self._effects: list[Effect] = []
        self._arrivals: deque[_Arrival] = deque()
        self._emptied: deque[str] = deque()
        self._moves = 0

    def step(self) -> Step:
        """Let everything run until it waits; raises ProcessError where it cannot."""
        self._settle()
        self._refuse_stuck()
        opened = tuple(token for token in self.tokens.values() if token.id not in self._before)
        effects = (effect for effect in self._effects if getattr(effect, "token", None) not in self._dropped)
        return Step(tuple(self._closed), opened, tuple(effects))

    def enter(self, node: str, parent: str | None, flow: str = "") -> None:
        """Let a token come to a node."""
        self._arrivals.append((node, parent, flow))

    def complete(self, token: Token) -> None:
        """Close a token whose work is done and go on behind it, or wait for the other instances around it."""
        node = self.graph.nodes[token.node]
        self._close(token, Reason.COMPLETED)
        body = self.tokens.get(token.parent or "")
        if body is not None and body.instances is not None and body.node == token.node:
            self._instance_done(node, body)
        else:
            self.leave(node, token.parent)

    def cancel(self, token: Token, reason: Reason = Reason.CANCELLED) -> None:
        """Close a token and everything that it holds."""
        stack = [token.id]
        while stack:
            identifier = stack.pop()
            stack.extend(self._children[identifier])
            if identifier in self.tokens:
                self._close(self.tokens[identifier], reason)
                reason = Reason.CANCELLED

    def leave(self, node: Node, parent: str | None) -> None:
        """Send tokens along the flows that leave a node, all inside the holding token ``parent``."""
        for flow in self._chosen(node, parent):
            self.enter(flow.target, parent, flow.id)

    # Running

    def _settle(self) -> None:
        while True:
            if self._arrivals:
                self._arrive(*self._arrivals.popleft())
            elif self._emptied:
                self._empty_holder(self._emptied.popleft())
            elif not self._open_inclusive_join():
                return

    def _arrive(self, identifier: str, parent: str | None, flow: str) -> None:
        node = self.graph.nodes[identifier]
        self._count(node.id)
        if parent is not None and parent not in self.tokens:
            return  # what held this branch was cancelled in the same move
        if node.kind in {Kind.PARALLEL, Kind.INCLUSIVE} and len(node.incoming) > 1:
            self._join(node, parent, flow)
        elif node.many is not None:
            self._enter_many(node, node.many, parent)
        elif node.kind in {Kind.END, Kind.TERMINATE}:
            self._end(node, parent)
        else:
            self._enter_once(node, parent)

    def _enter_once(self, node: Node, parent: str | None, item: Any = None) -> None:
        if node.kind is Kind.SEND:
            self._effects.append(SendMessage(node.id, node.message, self._item(parent) if item is None else item))
        if node.kind in _WAITS:
            state = State.HOLDING if node.kind in CONTAINERS else State.OPEN
            token = self._open(Token(self._new_id(), node.id, state, parent, item=item))
            self._begin(node, token)
        elif item is None:
            self.leave(node, parent)

    def _begin(self, node: Node, token: Token) -> None:
        """Say what is to be done about a new token, and enter what stands inside it."""
        item = self._item(token.id)
        if node.kind is Kind.STEP:
            self._effects.append(OpenStep(token.id, node.id, item))
        elif node.kind is Kind.SERVICE:
            self._effects.append(CallService(token.id, node.id, node.service, item))
        elif node.kind is Kind.DECISION:
            self._effects.append(Decide(token.id, node.id, node.decision, item))
        elif node.kind is Kind.SPAWN:
            self._effects.append(SpawnDossier(token.id, node.id, node.procedure, item))
        elif node.kind in CONTAINERS:
            self.enter(self._plain_start(node), token.id)
        self._arm(node, token)
        if node.many is None:
            self._arm_boundaries(node, token)

    def _plain_start(self, node: Node) -> str:
        starts = self.graph.starts[node.inner_scope]
        return next(start for start in starts if not self.graph.nodes[start].message)

    def _arm_boundaries(self, node: Node, token: Token) -> None:
        for event in self.graph.boundaries.get(node.id, ()):
            self._arm(self.graph.nodes[event], token)

    def _arm(self, event: Node, token: Token) -> None:
        if event.timer is not None:
            self._effects.append(StartTimer(token.id, event.id, event.timer))
        elif event.message:
            self._effects.append(AwaitMessage(token.id, event.id, event.message))

    def _end(self, node: Node, parent: str | None) -> None:
        if node.message:
            self._effects.append(SendMessage(node.id, node.message, self._item(parent)))
        if node.kind is Kind.TERMINATE:
            for identifier in list(self._children[parent]):
                self.cancel(self.tokens[identifier])
            self._arrivals = deque(arrival for arrival in self._arrivals if arrival[1] != parent)
        if parent is None:
            self._effects.append(Ended(node.id, node.name))
        else:
            self._emptied.append(parent)

    # Multi-instance

    def _enter_many(self, node: Node, many: MultiInstance, parent: str | None) -> None:
        items = self._items(node, many, parent)
        if not items:
            self.leave(node, parent)
            return
        body = self._open(Token(self._new_id(), node.id, State.HOLDING, parent, instances=len(items)))
        self._arm_boundaries(node, body)
        for item in items:
            self._enter_once(node, body.id, item)
        if node.kind not in _WAITS:
            self._emptied.append(body.id)

    def _items(self, node: Node, many: MultiInstance, parent: str | None) -> list[Any]:
        items = many.items if many.items is not None else fact(self._context(parent), many.fact)
        if not isinstance(items, list | tuple) or any(item is None for item in items):
            raise ProcessError(node.id, f"the fact “{many.fact}” is not a list of the instances to open")
        if len(items) > MAX_INSTANCES:
            raise ProcessError(node.id, f"{len(items)} instances are to be opened, {MAX_INSTANCES} are allowed")
        return list(items)

    def _instance_done(self, node: Node, body: Token) -> None:
        assert node.many is not None
        assert body.instances is not None
        active = len(self._children[body.id])
        done = body.instances - active
        counts = {
            "nrOfInstances": body.instances,
            "nrOfCompletedInstances": done,
            "nrOfActiveInstances": active,
        }
        until = node.many.until
        if not active or (until and self._holds(node.id, until, {**self._context(body.id), **counts})):
            self.cancel_inside(body)
            self._emptied.append(body.id)

    def cancel_inside(self, holder: Token) -> None:
        """Close everything that a token holds, not the token itself."""
        for identifier in list(self._children[holder.id]):
            self.cancel(self.tokens[identifier])

    def _empty_holder(self, identifier: str) -> None:
        """Go on behind a sub-process, call or multi-instance when nothing is left inside."""
        token = self.tokens.get(identifier)
        if token is not None and not self._children[identifier]:
            self.complete(token)

    # Joins

    def _join(self, node: Node, parent: str | None, flow: str) -> None:
        self._open(Token(self._new_id(), node.id, State.JOINING, parent, flow))
        if node.kind is Kind.PARALLEL:
            arrived = self._arrived(node.id, parent)
            if len(arrived) == len(node.incoming):
                self._pass_join(node, parent, arrived)

    def _arrived(self, node: str, parent: str | None) -> dict[str, Token]:
        """The first waiting token of each incoming flow of a join."""
        arrived: dict[str, Token] = {}
        for identifier in self._children[parent]:
            token = self.tokens[identifier]
            if token.node == node and token.state is State.JOINING:
                arrived.setdefault(token.flow, token)
        return arrived

    def _pass_join(self, node: Node, parent: str | None, arrived: dict[str, Token]) -> None:
        for token in arrived.values():
            self._close(token, Reason.JOINED)
        self.leave(node, parent)

    def _open_inclusive_join(self) -> bool:
        """Pass the first inclusive join that waits for nothing any more; whether there was one."""
        joining = (token for token in self.tokens.values() if token.state is State.JOINING)
        for identifier, parent in dict.fromkeys((token.node, token.parent) for token in joining):
            node = self.graph.nodes[identifier]
            if node.kind is not Kind.INCLUSIVE:
                continue
            # Looking upstream costs as much as the graph is large; it draws on the same budget.
            self._count(node.id, 1 + len(self.graph.nodes) // 100)
            arrived = self._arrived(node.id, parent)
            siblings = (self.tokens[other].node for other in self._children[parent])
            if can_join(self.graph, node, arrived.keys(), (place for place in siblings if place != node.id)):
                self._pass_join(node, parent, arrived)
                return True
        return False

    def _refuse_stuck(self) -> None:
        for children in self._children.values():
            states = {self.tokens[identifier].state for identifier in children}
            if states == {State.JOINING}:
                node = self.tokens[next(iter(children))].node
                raise ProcessError(node, "the join waits for a branch on which nobody is any more")

    # Facts and conditions

    def _chosen(self, node: Node, parent: str | None) -> list[Flow]:
        flows = [self.graph.flows[flow] for flow in node.outgoing]
        conditional = bool(node.default) or any(flow.condition for flow in flows)
        if not conditional:
            return flows
        context = self._context(parent)
        chosen: list[Flow] = []
        for flow in flows:
            if flow.id != node.default and (not flow.condition or self._holds(flow.id, flow.condition, context)):
                chosen.append(flow)
                if node.kind is Kind.EXCLUSIVE:
                    break
        chosen = chosen or [flow for flow in flows if flow.id == node.default]
        if not chosen:
            raise ProcessError(node.id, "no condition is true and there is no default flow")
        return chosen

    def _holds(self, place: str, condition: str, context: Facts) -> bool:
        try:
            answer = self._evaluate(condition, context)
        except RuleError as error:
            raise ProcessError(place, f"the condition “{condition}” failed: {error}") from error
        if not isinstance(answer, bool):
            raise ProcessError(place, f"the condition “{condition}” is neither true nor false")
        return answer

    def _context(self, parent: str | None) -> Facts:
        """The facts as conditions inside ``parent`` see them: with the items of the multi-instances around."""
        items: dict[str, Any] = {}
        while parent is not None:
            token = self.tokens[parent]
            if token.item is not None:
                many = self.graph.nodes[token.node].many
                items.setdefault("item", token.item)
                if many is not None and many.variable:
                    items.setdefault(many.variable, token.item)
            parent = token.parent
        return {**self._facts, **items} if items else self._facts

    def _item(self, identifier: str | None) -> Any:
        return self._context(identifier).get("item") if identifier is not None else None

    # Rows

    def _count(self, node: str, cost: int = 1) -> None:
        self._moves += cost
        if self._moves > MAX_MOVES:
            raise ProcessError(node, f"more than {MAX_MOVES} moves in which nobody acted")

    def _open(self, token: Token) -> Token:
        self._count(token.node)
        self.tokens[token.id] = token
        self._children[token.parent][token.id] = None
        return token

    def _close(self, token: Token, reason: Reason) -> None:
        del self.tokens[token.id]
        del self._children[token.parent][token.id]
        if token.id in self._before:
            self._closed.append(Closing(token.id, reason))
        else:
            self._dropped.add(token.id)
        if token.parent is not None and reason is not Reason.COMPLETED:
            self._emptied.append(token.parent)


_WAITS = frozenset({Kind.STEP, Kind.SERVICE, Kind.DECISION, Kind.SPAWN, Kind.RECEIVE, Kind.TIMER}) | CONTAINERS

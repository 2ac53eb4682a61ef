"""Small BPMN files for tests, and a way to run them with ids that count up."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import count, pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from motcua.engines.process import stepping
from motcua.engines.process.compiler import compile_bpmn
from motcua.engines.process.graph import Graph
from motcua.engines.process.problems import InvalidProcess, Problem
from motcua.engines.process.tokens import Effect, OpenStep, Step, Token
from motcua.engines.rules.expressions import holds

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:motcua="urn:motcua:bpmn:1"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="urn:test" id="definitions">'
)


def node(tag: str, identifier: str, *inner: str, **attributes: str) -> str:
    """An element; ``motcua_role="x"`` becomes ``motcua:role="x"``."""
    written = "".join(
        f" {name.replace('motcua_', 'motcua:').replace('camunda_', 'camunda:')}={quoteattr(value)}"
        for name, value in attributes.items()
    )
    return f"<{tag} id={quoteattr(identifier)}{written}>{''.join(inner)}</{tag}>"


def step(identifier: str, *inner: str, **attributes: str) -> str:
    return node("userTask", identifier, *inner, **attributes)


def flow(source: str, target: str, condition: str = "", **attributes: str) -> str:
    inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
    attributes = {"sourceRef": source, "targetRef": target, **attributes}
    return node("sequenceFlow", attributes.pop("id", f"{source}-{target}"), inner, **attributes)


def chain(*nodes: str) -> str:
    return "".join(flow(*pair) for pair in pairwise(nodes))


def ends(start: str = "s", end: str = "e") -> str:
    return node("startEvent", start) + node("endEvent", end)


def timer(duration: str) -> str:
    return f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"


def many(*inner: str, until: str = "", **attributes: str) -> str:
    """Multi-instance characteristics; the attributes are motcua's (collection, variable)."""
    written = "".join(f" motcua:{name}={quoteattr(value)}" for name, value in attributes.items())
    condition = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
    tag = "multiInstanceLoopCharacteristics"
    return f"<{tag}{written}>{''.join(inner)}{condition}</{tag}>"


def message(name: str) -> str:
    return f"<messageEventDefinition motcua:message={quoteattr(name)}/>"


def process(*parts: str, identifier: str = "p", **attributes: str) -> str:
    return node("process", identifier, *parts, **attributes)


def bpmn(*parts: str) -> bytes:
    """A file with one process of these parts; or with these processes, where the parts are processes."""
    body = "".join(parts)
    return (HEAD + (body if body.startswith("<process") else process(body)) + "</definitions>").encode()


def problems(*parts: str) -> tuple[Problem, ...]:
    """Why the drawing is refused; empty where it is not."""
    try:
        compile_bpmn(bpmn(*parts))
    except InvalidProcess as invalid:
        return invalid.problems
    return ()


def refusals(*parts: str) -> list[tuple[str, str]]:
    return [(problem.element, problem.message) for problem in problems(*parts)]


class Run:
    """A running process whose tokens are kept in a list, as a dossier keeps them in rows."""

    def __init__(self, source: bytes | Graph, facts: Mapping[str, Any] | None = None, message: str = "") -> None:
        self.graph = source if isinstance(source, Graph) else compile_bpmn(source)
        self.facts = dict(facts or {})
        self.tokens: tuple[Token, ...] = ()
        self.effects: list[Effect] = []
        self.last = Step()
        self._numbers = count(1)
        self._tools: dict[str, Any] = {"evaluate": holds, "new_id": lambda: f"t{next(self._numbers)}"}
        self._keep(stepping.start(self.graph, self.facts, message=message, **self._tools))

    def _keep(self, move: Step) -> None:
        closed = [closing.token for closing in move.close]
        assert len(set(closed)) == len(closed)
        assert set(closed) <= {token.id for token in self.tokens}
        self.last = move
        self.tokens = move.apply(self.tokens)
        self._check_tokens()
        self.effects.extend(move.effects)

    def _check_tokens(self) -> None:
        """What the rows of a dossier rely on: parents stand, come first and hold; whoever holds, holds something."""
        seen: dict[str, str] = {}
        for token in self.tokens:
            assert token.id not in seen
            assert token.parent is None or seen[token.parent] == "holding"
            seen[token.id] = token.state
        holders = {name for name, state in seen.items() if state == "holding"}
        assert holders == {token.parent for token in self.tokens if token.parent}

    def token(self, place: str) -> Token:
        """The first token at a node that is not waiting at a join; by item where ``node:item`` is given."""
        name, _, item = place.partition(":")
        return next(
            token
            for token in self.tokens
            if token.node == name and token.state == "open" and (not item or str(token.item) == item)
        )

    def complete(self, place: str, outcome: str | None = None, **facts: Any) -> "Run":
        self.facts.update(facts)
        return self._complete(self.token(place).id, outcome)

    def complete_all(self, place: str, **facts: Any) -> "Run":
        """Every step that is open at a node now, as far as those before it leave it open."""
        self.facts.update(facts)
        for token in [each.id for each in self.tokens if each.node == place and each.state == "open"]:
            if token in {each.id for each in self.tokens}:
                self._complete(token)
        return self

    def _complete(self, token: str, outcome: str | None = None) -> "Run":
        self._keep(stepping.complete(self.graph, self.tokens, token, outcome, self.facts, **self._tools))
        return self

    def fire(self, place: str, event: str) -> "Run":
        token = next(token for token in self.tokens if token.node == place)
        self._keep(stepping.fire_timer(self.graph, self.tokens, token.id, event, self.facts, **self._tools))
        return self

    def deliver(self, name: str, token_id: str = "") -> "Run":
        self._keep(
            stepping.deliver_message(self.graph, self.tokens, name, self.facts, token_id=token_id, **self._tools)
        )
        return self

    def send_back(self, place: str, target: str) -> "Run":
        token = self.token(place)
        self._keep(stepping.send_back(self.graph, self.tokens, token.id, target, self.facts, **self._tools))
        return self

    @property
    def open(self) -> list[str]:
        """The nodes that are worked on or waited at, sorted."""
        return sorted(token.node for token in self.tokens if token.state == "open")

    @property
    def count(self) -> Counter[str]:
        return Counter(self.open)

    def told(self, kind: type) -> list[Effect]:
        """The effects of one kind of the last move."""
        return [effect for effect in self.last.effects if isinstance(effect, kind)]


def opened(effects: Iterable[Effect]) -> list[str]:
    return [effect.node for effect in effects if isinstance(effect, OpenStep)]

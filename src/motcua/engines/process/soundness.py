"""Whether a drawing lets a dossier come to a stop at a join that nobody can reach any more.

The token game is played on the drawing, scope by scope, with every decision going either way. Each marking that is
met is one that the engine can really come to, so what is refused does stop there; what is not looked at, because the
drawing is too large for ``MAX_WORK``, is let through. Of branches that do not disturb each other one order is played.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from motcua.engines.process.graph import CONTAINERS, ENDS, WAITING, Graph, Kind, Node
from motcua.engines.process.joins import can_join
from motcua.engines.process.model import Model

MAX_WORK = 1_000_000  # tokens and nodes looked at; about half a second
MAX_ALIKE = 3  # tokens at one place: a loop that multiplies them is followed no further

_OUTCOME = re.compile(r"\boutcome\b")
_PAUSING = WAITING | CONTAINERS | {Kind.SERVICE, Kind.DECISION}
# The places of the tokens, sorted: the id of a node where one is, the id of a flow by which one came to a join.
_Marking = tuple[str, ...]
# What earlier decisions said about the conditions that are asked more than once, as (condition, answer).
_Said = frozenset[tuple[str, bool]]


def check_soundness(graph: Graph, model: Model) -> None:
    """Refuse every join met at which a token waits for a branch that was not taken."""
    scopes: dict[str, list[Node]] = defaultdict(list)
    for node in graph.nodes.values():
        scopes[node.scope].append(node)
    work = _Work(MAX_WORK)
    for nodes in scopes.values():
        if any(_is_join(node) for node in nodes):
            for join, missing in _Game(graph, nodes, work).stuck().items():
                message = f"the join can wait for ever: nothing need come from {', '.join(missing)}"
                model.refuse_part(
                    graph.nodes[join],
                    message,
                    "Bring together with an exclusive gateway what an exclusive one parted, and let every branch of a"
                    " parallel one come to its join.",
                )


def _is_join(node: Node) -> bool:
    return node.kind in {Kind.PARALLEL, Kind.INCLUSIVE} and len(node.incoming) > 1


class _Work:
    """How much more is looked at; shared by the scopes of a drawing."""

    def __init__(self, most: int) -> None:
        self.left = most

    def spend(self, cost: int) -> bool:
        self.left -= cost
        return self.left >= 0


class _Game:
    """The token game of one scope; sub-processes, calls and repeated steps are done as one."""

    def __init__(self, graph: Graph, nodes: list[Node], work: _Work) -> None:
        self.graph = graph
        main = nodes[0].scope == graph.process  # only what is begun from outside can be begun by a message
        self.starts = [node.id for node in nodes if node.kind is Kind.START and (main or not node.message)]
        self.size = len(nodes) + sum(len(node.outgoing) for node in nodes)
        self.work = work
        asked = Counter(
            condition
            for node in nodes
            for condition in {graph.flows[flow].condition for flow in node.outgoing}
            if condition
        )
        self.repeated = {condition for condition, times in asked.items() if times > 1}

    def stuck(self) -> dict[str, tuple[str, ...]]:
        """The joins at which everything stopped, each with the nodes that it waits for."""
        found: dict[str, tuple[str, ...]] = {}
        open_ends: list[tuple[_Marking, _Said]] = [((start,), frozenset()) for start in self.starts]
        seen = set(open_ends)
        while open_ends:
            marking, said = open_ends.pop()
            following = self._following(marking, said) if marking else []
            if not self.work.spend(20 + len(marking)):
                break  # also where it did not suffice to ask whether an inclusive join waits
            if following is None:
                join = self._join_of(marking[0])
                found.setdefault(join.id, self._missing(join, marking))
                continue
            fresh = [each for each in following if each not in seen and not _grows(each[0])]
            seen.update(fresh)
            open_ends.extend(fresh)
        return found

    def _following(self, marking: _Marking, said: _Said) -> list[tuple[_Marking, _Said]] | None:
        """What can come next, as the engine does it: first what runs by itself, then joins, then what somebody does.

        None where nothing can: all tokens are at joins that wait.
        """
        places = [self.graph.nodes[place] for place in marking if place in self.graph.nodes]
        moving = next((node for node in places if node.kind not in _PAUSING), None)
        if moving is not None:
            return list(self._left(moving, marking, said))
        if (joined := self._joined(marking)) is not None:
            return [(_without(marking, *joined[1], adding=self._arrivals(joined[0].outgoing)), said)]
        if not places:
            return None
        forgotten = frozenset(each for each in said if not _OUTCOME.search(each[0]))
        return list(self._left(places[0], marking, forgotten))

    def _left(self, node: Node, marking: _Marking, said: _Said) -> Iterator[tuple[_Marking, _Said]]:
        """The ways in which a token leaves a node: its flows, and the events at its border that interrupt it."""
        if node.kind is Kind.TERMINATE:
            yield (), said
        elif node.kind in ENDS:
            yield _without(marking, node.id), said
        else:
            for flows, known in self._choices(node, said):
                yield _without(marking, node.id, adding=self._arrivals(flows)), known
        for event in self.graph.boundaries.get(node.id, ()):
            if self.graph.nodes[event].interrupting:
                yield _without(marking, node.id, adding=(event,)), said

    def _choices(self, node: Node, said: _Said) -> Iterator[tuple[tuple[str, ...], _Said]]:
        conditions = {flow: self.graph.flows[flow].condition for flow in node.outgoing if flow != node.default}
        asked = [flow for flow, condition in conditions.items() if condition]
        if not asked and not node.default:
            yield node.outgoing, said
            return
        always = tuple(flow for flow, condition in conditions.items() if not condition)
        if node.kind is Kind.EXCLUSIVE:
            taken: Iterable[tuple[str, ...]] = ((flow,) for flow in asked)
        else:
            several = range(1, len(asked) + 1) if len(asked) <= 4 else (1, len(asked))
            taken = (each for number in several for each in combinations(asked, number))
        for chosen in (*taken, ()):
            answers = self._answers(node, asked, chosen, conditions)
            flows = (*always, *chosen) or (node.default,)
            if all((condition, not answer) not in said for condition, answer in answers.items()):
                yield flows, said | {each for each in answers.items() if each[0] in self.repeated}

    def _answers(
        self, node: Node, asked: list[str], chosen: tuple[str, ...], conditions: Mapping[str, str]
    ) -> dict[str, bool]:
        """What the conditions must have said for these flows; an exclusive gateway asks in order until one is true."""
        if node.kind is Kind.EXCLUSIVE and chosen:
            asked = asked[: asked.index(chosen[0]) + 1]
        return {conditions[flow]: flow in chosen for flow in asked}

    def _arrivals(self, flows: Iterable[str]) -> Iterator[str]:
        for flow in flows:
            target = self.graph.nodes[self.graph.flows[flow].target]
            yield flow if _is_join(target) else target.id

    def _joined(self, marking: _Marking) -> tuple[Node, list[str]] | None:
        """The first join that goes on, with the tokens that it takes."""
        waiting: dict[str, list[str]] = defaultdict(list)
        for place in dict.fromkeys(marking):
            if place in self.graph.flows:
                waiting[self._join_of(place).id].append(place)
        for name, arrived in waiting.items():
            join = self.graph.nodes[name]
            if len(arrived) == len(join.incoming):
                return join, arrived
            if join.kind is Kind.INCLUSIVE and self.work.spend(self.size):
                places = (self._place(place) for place in marking)
                if can_join(self.graph, join, arrived, (place for place in places if place != name)):
                    return join, arrived
        return None

    def _place(self, place: str) -> str:
        return place if place in self.graph.nodes else self._join_of(place).id

    def _join_of(self, flow: str) -> Node:
        return self.graph.nodes[self.graph.flows[flow].target]

    def _missing(self, join: Node, marking: _Marking) -> tuple[str, ...]:
        return tuple(self.graph.flows[flow].source for flow in join.incoming if flow not in marking)


def _without(marking: _Marking, *gone: str, adding: Iterable[str] = ()) -> _Marking:
    rest = list(marking)
    for place in gone:
        rest.remove(place)
    return tuple(sorted([*rest, *adding]))


def _grows(marking: _Marking) -> bool:
    return any(times > MAX_ALIKE for times in Counter(marking).values())

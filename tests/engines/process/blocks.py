"""Structured processes as blocks: drawn as BPMN, and run by the most naive reading of what a block means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import strategies as st

from tests.engines.process.factories import ends, flow, node, process, step

Block = tuple[str, tuple["Block", ...]]

_LEAVES = st.sampled_from([("step", ()), ("step", ()), ("many", ())])


def _around(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    branches = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(st.sampled_from(["sequence", "xor", "and", "or"]), branches),
        st.tuples(st.sampled_from(["loop", "subprocess", "many_subprocess", "call"]), st.tuples(inner)),
    )


BLOCKS: st.SearchStrategy[Block] = st.recursive(_LEAVES, _around, max_leaves=8)


def without_joins_in_loops(block: Block, *, in_loop: bool = False) -> Block:
    """The same process with sub-processes around the parallel parts of loops.

    SpiffWorkflow 3.2 takes what came to a join in the round before as having come in this round.
    """
    kind, inner = block
    fenced = in_loop and kind in {"and", "or"}
    inside = kind == "loop" or (in_loop and kind in {"xor", "sequence"})
    kept: Block = (kind, tuple(without_joins_in_loops(part, in_loop=inside) for part in inner))
    return ("subprocess", (kept,)) if fenced else kept


def without_many_subprocesses(block: Block) -> Block:
    """The same process with plain sub-processes: which of two equal steps is meant is then never in doubt."""
    kind, inner = block
    return kind.removeprefix("many_"), tuple(without_many_subprocesses(part) for part in inner)


@dataclass
class Piece:
    """A drawn block: its first and last node, the facts that it asks (each compared with 1), how often it is done."""

    kind: str
    first: str
    last: str
    parts: list[Piece] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    number: int = 1


@dataclass
class Drawing:
    """Collects the XML of the blocks and of the processes that they call, and the facts that their conditions name."""

    parts: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    used: int = 0

    @property
    def processes(self) -> list[str]:
        """The main process and those that are called."""
        return [process(*self.parts), *self.called]

    def name(self, prefix: str) -> str:
        self.used += 1
        return f"{prefix}{self.used}"

    def fact(self) -> str:
        self.facts.append(self.name("k"))
        return self.facts[-1]

    def draw(self, block: Block) -> Piece:
        kind, inner = block
        if kind in {"step", "many"}:
            return self._step(kind)
        if kind in {"subprocess", "many_subprocess", "call"}:
            return self._container(kind, inner[0])
        if kind == "loop":
            return self._loop(inner[0])
        return self._sequence(inner) if kind == "sequence" else self._gateways(kind, inner)

    def _step(self, kind: str) -> Piece:
        name = self.name("u")
        number = 1 + self.used % 3 if kind == "many" else 1
        self.parts.append(step(name, _repeated(number) if kind == "many" else ""))
        return Piece(kind, name, name, number=number)

    def _sequence(self, inner: tuple[Block, ...]) -> Piece:
        drawn = [self.draw(block) for block in inner]
        self.parts += [flow(one.last, other.first) for one, other in pairwise(drawn)]
        return Piece("sequence", drawn[0].first, drawn[-1].last, drawn)

    def _gateways(self, kind: str, inner: tuple[Block, ...]) -> Piece:
        tag = {"xor": "exclusiveGateway", "or": "inclusiveGateway", "and": "parallelGateway"}[kind]
        split, join = self.name("g"), self.name("g")
        drawn = [self.draw(block) for block in inner]
        facts = [] if kind == "and" else [self.fact() for _ in drawn[1:]]
        default = {} if kind == "and" else {"default": f"{split}-{drawn[-1].first}"}
        self.parts += [node(tag, split, **default), node(tag, join)]
        for number, piece in enumerate(drawn):
            asked = f"{facts[number]} == 1" if number < len(facts) else ""
            self.parts += [flow(split, piece.first, asked), flow(piece.last, join)]
        return Piece(kind, split, join, drawn, facts)

    def _loop(self, inner: Block) -> Piece:
        merge, split, after = self.name("g"), self.name("g"), self.name("g")
        piece, fact = self.draw(inner), self.fact()
        self.parts += [
            node("exclusiveGateway", merge),
            node("exclusiveGateway", split, default=f"{split}-{after}"),
            node("exclusiveGateway", after),
            flow(merge, piece.first),
            flow(piece.last, split),
            flow(split, merge, f"{fact} == 1"),
            flow(split, after),
        ]
        return Piece("loop", merge, after, [piece], [fact])

    def _container(self, kind: str, inner: Block) -> Piece:
        name, start, end = self.name("p"), self.name("s"), self.name("e")
        outside, self.parts = self.parts, []
        piece = self.draw(inner)
        content = "".join(self.parts) + ends(start, end) + flow(start, piece.first) + flow(piece.last, end)
        if kind == "call":
            called = self.name("q")
            self.called.append(process(content, identifier=called))
            self.parts = [*outside, node("callActivity", name, calledElement=called)]
            return Piece(kind, name, name, [piece])
        number = 1 + self.used % 3 if kind == "many_subprocess" else 1
        repeated = _repeated(number) if kind == "many_subprocess" else ""
        self.parts = [*outside, node("subProcess", name, repeated, content)]
        return Piece(kind, name, name, [piece], number=number)


def _repeated(number: int) -> str:
    return (
        '<multiInstanceLoopCharacteristics isSequential="false">'
        f"<loopCardinality>{number}</loopCardinality></multiInstanceLoopCharacteristics>"
    )


def drawn(block: Block) -> tuple[Drawing, Piece]:
    """A whole process of one block."""
    drawing = Drawing()
    piece = drawing.draw(block)
    drawing.parts += [ends(), flow("s", piece.first), flow(piece.last, "e")]
    return drawing, piece


class Live:
    """A piece that is being done, read straight from its structure: no tokens, no joins."""

    def __init__(self, piece: Piece, facts: Mapping[str, int]) -> None:
        self.piece = piece
        self.left = piece.number
        self.inside = [Live(part, facts) for part in self._first_parts(facts)]
        self.over = False

    def _first_parts(self, facts: Mapping[str, int]) -> list[Piece]:
        parts = self.piece.parts
        chosen = [part for part, fact in zip(parts, self.piece.facts, strict=False) if facts[fact] == 1]
        if self.piece.kind == "xor":
            return [*chosen, parts[-1]][:1]
        if self.piece.kind == "or":
            return chosen or parts[-1:]
        return parts if self.piece.kind == "and" else parts[:1]

    @property
    def count(self) -> Counter[str]:
        if self.over:
            return Counter()
        if not self.piece.parts:
            return Counter({self.piece.first: self.left})
        return sum((live.count for live in self.inside), Counter())

    def complete(self, name: str, facts: Mapping[str, int]) -> None:
        if not self.piece.parts:
            self.left -= 1
            self.over = self.left == 0
            return
        next(live for live in self.inside if live.count[name]).complete(name, facts)
        if all(live.over for live in self.inside):
            self._go_on(facts)

    def _go_on(self, facts: Mapping[str, int]) -> None:
        done = self.inside[0].piece
        if self.piece.kind == "loop" and facts[self.piece.facts[0]] == 1:
            self.inside = [Live(done, facts)]
        elif self.piece.kind == "sequence" and done is not self.piece.parts[-1]:
            following = self.piece.parts[self.piece.parts.index(done) + 1]
            self.inside = [Live(following, facts)]
        else:
            self.over = True

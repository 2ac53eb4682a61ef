"""Decisions: tables and expressions joined in a graph.

The engine's own walk over a table takes a cell that raises for a row that does not match, which turns a mistake into a
wrong fee. Here the rows are walked strictly: every cell is an expression of the engine, and what raises is an error
with its place. A table read first-hit in which no row matches is an error too; its last row may be blank.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from motcua.engines.rules.expressions import compiled, run
from motcua.engines.rules.facts import nested, plain
from motcua.engines.rules.model import Edge, Expressions, Gate, Model, Node, Reader, Switch, Table
from motcua.engines.rules.problems import Problem, RuleError

Watch = Callable[[Node, dict[str, Any]], None]


@dataclass(frozen=True)
class Decision:
    """A decision ready to run. It holds no state: one instance serves every dossier."""

    model: Model

    @classmethod
    def compile(cls, jdm: bytes) -> "Decision":
        """Read a decision. Raises ``RuleError`` with its first mistake; ``check_decision`` tells all of them."""
        reader = Reader(jdm)
        if reader.model is None:
            raise RuleError(reader.problems[0])
        return cls(reader.model)

    def decide(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """What the decision gives for these facts. Raises ``RuleError`` with the node, row and column at fault."""
        given: dict[str, Any] = plain(self.walk(plain(facts)))
        return given

    def walk(self, facts: dict[str, Any], *, watch: Watch | None = None) -> dict[str, Any]:
        """``decide`` without the bounds on what goes in and out; ``watch`` is told what arrives at each node."""
        arrived: dict[str, dict[str, Any]] = {self.model.entry: facts}
        for node in self.model.nodes:
            if node.id not in arrived:
                continue  # on a branch that was not taken
            context = arrived[node.id]
            if watch:
                watch(node, context)
            given, taken = work(node, context)
            for edge in self._leaving(node, taken):
                arrived[edge.target] = merged(arrived.get(edge.target, {}), given)
        if self.model.exit not in arrived:
            raise RuleError(Problem("No branch of the decision leads to its output.", node=self.model.exit))
        return arrived[self.model.exit]

    def _leaving(self, node: Node, taken: frozenset[str] | None) -> Iterator[Edge]:
        for edge in self.model.edges:
            if edge.source == node.id and (taken is None or edge.branch in taken):
                yield edge


def work(node: Node, context: dict[str, Any]) -> tuple[dict[str, Any], frozenset[str] | None]:
    """What a node gives on, and the branches it takes (None: all)."""
    if isinstance(node, Gate):
        return context, None
    if isinstance(node, Switch):
        return context, frozenset(_branches(node, context))
    given = _calculated(node, context) if isinstance(node, Expressions) else _looked_up(node, context)
    placed = nested({node.output_path: given}) if node.output_path else given
    assert isinstance(placed, dict)
    return (merged(context, placed) if node.pass_through else placed), None


def matches(table: Table, number: int, row: Mapping[str, str], context: dict[str, Any]) -> bool:
    """Whether a row applies; cells are read from the left until one does not."""
    return all(
        _cell(table.id, number, column.id, partial(_input, column.field, row[column.id], context))
        for column in table.inputs
        if row.get(column.id)
    )


def outcome(table: Table, number: int, row: Mapping[str, str], context: dict[str, Any]) -> dict[str, Any]:
    """What a row gives."""
    values = {
        column.field: _cell(table.id, number, column.id, partial(_value, row[column.id], context))
        for column in table.outputs
        if row.get(column.id)
    }
    return nested(values)


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both, ``over`` winning; objects are merged name by name."""
    both = dict(under)
    for name, value in over.items():
        held = both.get(name)
        both[name] = merged(held, value) if isinstance(held, dict) and isinstance(value, dict) else value
    return both


def _value(code: str, context: dict[str, Any]) -> Any:
    return run(compiled(code), context)


def _input(field: str, cell: str, context: dict[str, Any]) -> bool:
    if not field:
        return _truth(_value(cell, context))
    value = _value(field, context)
    return _truth(run(compiled(cell, unary=True), {**context, "$": value}))


def _truth(answer: Any) -> bool:
    if not isinstance(answer, bool):
        raise RuleError(Problem(f"The condition gives {answer!r}, neither true nor false."))
    return answer


def _looked_up(table: Table, context: dict[str, Any]) -> Any:
    hits = (at for at, row in enumerate(table.rows, 1) if matches(table, at, row, context))
    if table.collect:
        return [outcome(table, at, table.rows[at - 1], context) for at in hits]
    first = next(hits, None)
    if first is None:
        hint = "Add a last row with blank conditions for “otherwise”."
        raise RuleError(Problem("No row of the table matches.", hint, node=table.id))
    return outcome(table, first, table.rows[first - 1], context)


def _calculated(node: Expressions, context: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for at, (key, expression) in enumerate(node.pairs, 1):
        around = {**context, "$": nested(made)}
        made[key] = _cell(node.id, at, key, partial(_value, expression, around))
    return nested(made)


def _branches(node: Switch, context: dict[str, Any]) -> Iterator[str]:
    for at, (branch, condition) in enumerate(node.branches, 1):
        met = not condition or _cell(node.id, at, branch, partial(_input, "", condition, context))
        if met:
            yield branch
            if not node.collect:
                return


def _cell(node: str, row: int, column: str, value: Callable[[], Any]) -> Any:
    try:
        return value()
    except RuleError as error:
        raise RuleError(error.problem.at(node=node, row=row, column=column)) from None

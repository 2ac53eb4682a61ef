"""A decision read from JDM (the JSON decision model of the ZEN editor) into nodes that can be run.

Only what is declared here is accepted; every other node type or setting is refused by name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from motcua.engines.rules.problems import Problem
from motcua.kernel.text.strictjson import StrictJsonError, strict_json

MOST_BYTES: Final = 1_000_000
MOST_NODES: Final = 100
MOST_CELLS: Final = 20_000
MOST_EXPRESSIONS: Final = 300
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*\Z")
_REFUSED: Final = {
    "functionNode": "JavaScript is not run; use an expression node or a table.",
    "customNode": "Custom nodes are not run; use an expression node or a table.",
    "httpNode": "Rules do not call other systems; declare what is needed as a fact.",
    "decisionNode": "A decision does not call another; put both in one file.",
}


@dataclass(frozen=True)
class Column:
    """A column of a table: ``field`` is an expression for inputs (empty: whole conditions), a name for outputs."""

    id: str
    field: str


@dataclass(frozen=True)
class Table:
    """A decision table; a cell left out or blank does not restrict (input) or sets nothing (output)."""

    id: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rows: tuple[Mapping[str, str], ...]
    collect: bool
    pass_through: bool
    output_path: str


@dataclass(frozen=True)
class Expressions:
    """Names and the expressions that give their values; a later one reaches an earlier one as ``$.name``."""

    id: str
    pairs: tuple[tuple[str, str], ...]
    pass_through: bool
    output_path: str


@dataclass(frozen=True)
class Switch:
    """Branches by condition; a blank condition is “otherwise”. Edges name the branch in ``sourceHandle``."""

    id: str
    branches: tuple[tuple[str, str], ...]
    collect: bool


@dataclass(frozen=True)
class Gate:
    """The way in or the way out."""

    id: str


Node = Table | Expressions | Switch | Gate


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    branch: str


@dataclass(frozen=True)
class Model:
    """Nodes in an order in which each comes after those it depends on."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    entry: str
    exit: str


class Reader:
    """Reads one JDM document; ``problems`` holds all mistakes, ``model`` is None when there are any."""

    def __init__(self, jdm: bytes) -> None:
        self.problems: list[Problem] = []
        self.model: Model | None = None
        try:
            document = strict_json(jdm, most_bytes=MOST_BYTES)
        except StrictJsonError as error:
            self._refuse(str(error))
            return
        if isinstance(document, dict):
            self._document(document)
        else:
            self._refuse("A decision is a JSON object with “nodes” and “edges”.")

    def _refuse(self, message: str, hint: str = "", **place: Any) -> None:
        self.problems.append(Problem(message, hint, **place))

    def _document(self, document: dict[str, Any]) -> None:
        listed = _objects(document.get("nodes"))
        if not listed or len(listed) > MOST_NODES:
            self._refuse(f"A decision has between 1 and {MOST_NODES} nodes.")
            return
        kinds = {str(node.get("id")): str(node.get("type")) for node in listed}
        if len(kinds) < len(listed):
            self._refuse("Two nodes have the same id.")
        nodes = {node.id: node for raw in listed if (node := self._node(raw)) is not None}
        entry, way_out = self._gate(kinds, "inputNode"), self._gate(kinds, "outputNode")
        edges = self._edges(document, set(kinds))
        cells = sum(len(node.rows) * (len(node.inputs) + len(node.outputs)) for node in _tables(nodes.values()))
        if cells > MOST_CELLS:
            self._refuse(f"The tables have more than {MOST_CELLS} cells together.")
        if sum(_expressions(node) for node in nodes.values()) > MOST_EXPRESSIONS:
            self._refuse(f"The nodes hold more than {MOST_EXPRESSIONS} expressions and branches together.")
        ordered = self._ordered(kinds, edges)
        if not self.problems:
            self.model = Model(tuple(nodes[name] for name in ordered), tuple(edges), entry, way_out)

    def _gate(self, kinds: Mapping[str, str], kind: str) -> str:
        found = [name for name, its in kinds.items() if its == kind]
        if len(found) != 1:
            self._refuse(f"A decision has exactly one {kind}, this one has {len(found)}.")
            return ""
        return found[0]

    def _node(self, raw: dict[str, Any]) -> Node | None:
        kind, name = str(raw.get("type")), str(raw.get("id"))
        content = raw.get("content") if isinstance(raw.get("content"), dict) else {}
        if kind in {"inputNode", "outputNode"}:
            return Gate(name)
        if content is None or kind not in {"decisionTableNode", "expressionNode", "switchNode"}:
            hint = _REFUSED.get(kind, "Used are tables, expressions and switches.")
            self._refuse(f"The node type “{kind[:60]}” is not supported.", hint, node=name)
            return None
        if content.get("executionMode") == "loop" or content.get("inputField"):
            hint = "Reach a list with map, filter, sum …"
            self._refuse("A node that loops or has an inputField is not supported.", hint, node=name)
        if kind == "switchNode":
            return self._switch(name, content)
        path = self._key(content.get("outputPath") or "", name, "outputPath") if content.get("outputPath") else ""
        passes = content.get("passThrough") is True
        if kind == "expressionNode":
            pairs = [
                (self._key(item.get("key"), name, "key"), str(item.get("value") or ""))
                for item in _objects(content.get("expressions"))
            ]
            return Expressions(name, tuple(pairs), passes, path)
        return self._table(name, content, passes, path)

    def _switch(self, name: str, content: dict[str, Any]) -> Switch:
        statements = _objects(content.get("statements"))
        branches = tuple((str(item.get("id")), str(item.get("condition") or "").strip()) for item in statements)
        return Switch(name, branches, content.get("hitPolicy") == "collect")

    def _table(self, name: str, content: dict[str, Any], passes: bool, path: str) -> Table:
        collect = content.get("hitPolicy") == "collect"
        if content.get("hitPolicy") not in ("first", "collect"):
            self._refuse("The hit policy must be “first” or “collect”.", node=name)
        if collect and not path:
            self._refuse("A table that collects needs an outputPath.", "Name where the list of hits goes.", node=name)
        inputs = tuple(
            Column(str(item.get("id")), str(item.get("field") or "").strip())
            for item in _objects(content.get("inputs"))
        )
        outputs = tuple(
            Column(str(item.get("id")), self._key(item.get("field"), name, "output"))
            for item in _objects(content.get("outputs"))
        )
        columns = {column.id for column in (*inputs, *outputs)}
        if not outputs or len(columns) < len(inputs) + len(outputs):
            self._refuse("A table has at least one output, and each column an id of its own.", node=name)
        rows = tuple(self._row(name, at, raw, columns) for at, raw in enumerate(_objects(content.get("rules")), 1))
        return Table(name, inputs, outputs, rows, collect, passes, path)

    def _row(self, node: str, at: int, raw: dict[str, Any], columns: set[str]) -> dict[str, str]:
        for column, cell in raw.items():
            if column in columns and not isinstance(cell, str):
                self._refuse("A cell is a text that holds an expression.", node=node, row=at, column=column)
            elif column not in columns and not column.startswith("_") and cell not in ("", None):
                message, hint = "The table has no such column.", "Columns are the ids of inputs and outputs."
                self._refuse(message, hint, node=node, row=at, column=column[:60])
        return {column: cell.strip() for column, cell in raw.items() if column in columns and isinstance(cell, str)}

    def _key(self, value: Any, node: str, what: str) -> str:
        if not isinstance(value, str) or len(value) > 200 or not _KEY.match(value):
            hint = "Letters, digits and _, parts joined by points."
            self._refuse(f"“{str(value)[:60]}” cannot be the name of a result ({what}).", hint, node=node)
            return ""
        return value

    def _edges(self, document: dict[str, Any], names: set[str]) -> list[Edge]:
        edges = []
        for raw in _objects(document.get("edges")):
            edge = Edge(str(raw.get("sourceId")), str(raw.get("targetId")), str(raw.get("sourceHandle") or ""))
            if {edge.source, edge.target} <= names:
                edges.append(edge)
            else:
                self._refuse(f"The edge from “{edge.source[:60]}” to “{edge.target[:60]}” leads nowhere.")
        return edges

    def _ordered(self, names: Mapping[str, str], edges: list[Edge]) -> list[str]:
        """Kahn's order; what is left over lies on a cycle."""
        waiting = dict.fromkeys(names, 0)
        leads: dict[str, list[str]] = {name: [] for name in names}
        for edge in edges:
            waiting[edge.target] += 1
            leads[edge.source].append(edge.target)
        ready, ordered = [name for name, count in waiting.items() if not count], []
        while ready:
            ordered.append(ready.pop(0))
            for target in leads[ordered[-1]]:
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        for name in names:
            if waiting[name]:
                self._refuse("The node lies on or behind a cycle.", "A decision runs from input to output.", node=name)
        return ordered


def _tables(nodes: Any) -> Iterator[Table]:
    return (node for node in nodes if isinstance(node, Table))


def _expressions(node: Node) -> int:
    if isinstance(node, Expressions):
        return len(node.pairs)
    return len(node.branches) if isinstance(node, Switch) else 0


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

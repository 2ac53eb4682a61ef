"""The compiled process: an immutable graph that can be kept as JSON and is all that stepping reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

FORMAT = 1


class Kind(StrEnum):
    """What a node does when a token reaches it."""

    START = "start"
    END = "end"
    TERMINATE = "terminate"
    STEP = "step"
    SERVICE = "service"
    DECISION = "decision"
    SEND = "send"
    RECEIVE = "receive"
    TIMER = "timer"
    MILESTONE = "milestone"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    SUBPROCESS = "subprocess"
    CALL = "call"
    SPAWN = "spawn"
    BOUNDARY = "boundary"


ENDS = frozenset({Kind.END, Kind.TERMINATE})
CONTAINERS = frozenset({Kind.SUBPROCESS, Kind.CALL})
# A token stays at these until somebody or something outside the process answers in its own time.
WAITING = frozenset({Kind.STEP, Kind.RECEIVE, Kind.TIMER, Kind.SPAWN})


class Unit(StrEnum):
    """How a limit is counted; hours are working hours, days and months are of the calendar."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit (thời hạn): ``amount`` of ``unit``, whole or with a half; the caller's calendar counts it."""

    amount: float
    unit: Unit


@dataclass(frozen=True, slots=True)
class Outcome:
    """A way in which a step can be completed, offered to the officer as a button with this label."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Input:
    """What a service is given: a name, and the ZEN expression over the facts that works it out."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Output:
    """A fact that a service gives: its kind (of ``motcua.engines.rules``), and what the service calls it."""

    fact: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """The node is done once for each item, all at the same time (lấy ý kiến song song).

    The items are the literal ``items`` or, where that is None, the list in the fact ``fact``. ``variable`` names the
    item in conditions besides ``item``; ``until`` is a ZEN condition that ends the remaining instances early.
    """

    fact: str = ""
    items: tuple[Any, ...] | None = None
    variable: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One element of the process. ``scope`` is the id of the process or sub-process in which it stands."""

    id: str
    kind: Kind
    scope: str
    name: str = ""
    line: int = 0
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default: str = ""
    role: str = ""
    group: str = ""
    office: str = ""
    limit: Limit | None = None
    form: str = ""
    outcomes: tuple[Outcome, ...] = ()
    result: str = ""
    sign: str = ""
    service: str = ""
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    decision: str = ""
    message: str = ""
    calls: str = ""
    procedure: str = ""
    timer: Limit | None = None
    host: str = ""
    interrupting: bool = True
    many: MultiInstance | None = None

    @property
    def inner_scope(self) -> str:
        """The scope that a token enters here, for sub-processes and calls; empty for all others."""
        return self.id if self.kind is Kind.SUBPROCESS else self.calls


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; ``condition`` is a ZEN expression, empty where the flow is unconditional."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """A compiled process: ``process`` is the id of the main process, ``starts`` the start events of each scope,
    ``boundaries`` the boundary events of each activity."""

    process: str
    name: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    starts: Mapping[str, tuple[str, ...]]
    boundaries: Mapping[str, tuple[str, ...]]

    @classmethod
    def build(cls, process: str, name: str, nodes: Iterable[Node], flows: Iterable[Flow]) -> Graph:
        """Index nodes and flows; they keep the order in which they are given."""
        by_id = {node.id: node for node in nodes}
        starts: dict[str, tuple[str, ...]] = {}
        boundaries: dict[str, tuple[str, ...]] = {}
        for node in by_id.values():
            if node.kind is Kind.START:
                starts[node.scope] = (*starts.get(node.scope, ()), node.id)
            elif node.kind is Kind.BOUNDARY:
                boundaries[node.host] = (*boundaries.get(node.host, ()), node.id)
        return cls(
            process,
            name,
            MappingProxyType(by_id),
            MappingProxyType({flow.id: flow for flow in flows}),
            MappingProxyType(starts),
            MappingProxyType(boundaries),
        )

    def steps(self) -> Iterator[Node]:
        """The steps that people do, in the order of the file."""
        return (node for node in self.nodes.values() if node.kind is Kind.STEP)

    def instances_around(self, node: Node) -> Iterator[MultiInstance]:
        """The multi-instances whose item a node is for: its own, else the innermost around each call of its scope."""
        if node.many is not None:
            yield node.many
            return
        for holder in self.nodes.values():
            if holder.kind in CONTAINERS and holder.inner_scope == node.scope:
                yield from self.instances_around(holder)

    def successors(self, node: Node) -> Iterator[str]:
        """The nodes that a token at ``node`` can reach next in the same scope, boundary events included."""
        yield from (self.flows[flow].target for flow in node.outgoing)
        yield from self.boundaries.get(node.id, ())

    def predecessors(self, node: Node) -> Iterator[str]:
        """The nodes from which a token can come to ``node`` in the same scope."""
        for flow in node.incoming:  # a walk upstream of a large graph is little else
            yield self.flows[flow].source
        if node.host in self.nodes:
            yield node.host

    def to_json(self) -> dict[str, Any]:
        """A JSON document from which ``from_json`` makes an equal graph."""
        return {
            "format": FORMAT,
            "process": self.process,
            "name": self.name,
            "nodes": [_pack(node) for node in self.nodes.values()],
            "flows": [_pack(flow) for flow in self.flows.values()],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Graph:
        """Read a graph that ``to_json`` wrote; raises ValueError for a document of another format."""
        if document.get("format") != FORMAT:
            raise ValueError(f"process graph of format {document.get('format')!r}, this program reads {FORMAT}")
        nodes = (_unpack_node(node) for node in document["nodes"])
        flows = (Flow(**flow) for flow in document["flows"])
        return cls.build(document["process"], document["name"], nodes, flows)


def _pack(value: Node | Flow | Limit | Outcome | Input | Output | MultiInstance) -> dict[str, Any]:
    packed: dict[str, Any] = {}
    for field in fields(value):
        content = getattr(value, field.name)
        if field.default is MISSING or content != field.default:
            packed[field.name] = _plain(content)
    return packed


def _plain(content: Any) -> Any:
    if isinstance(content, Limit | Outcome | Input | Output | MultiInstance):
        return _pack(content)
    if isinstance(content, tuple):
        return [_plain(part) for part in content]
    return str(content) if isinstance(content, StrEnum) else content


def _unpack_node(packed: Mapping[str, Any]) -> Node:
    values = dict(packed, kind=Kind(packed["kind"]))
    values.pop("status", None)  # a setting that never did anything; graphs stored before 2026-12 may hold it
    for name in ("incoming", "outgoing"):
        values[name] = tuple(values.get(name, ()))
    for name in ("limit", "timer"):
        if name in values:
            values[name] = Limit(values[name]["amount"], Unit(values[name]["unit"]))
    if "outcomes" in values:
        values["outcomes"] = tuple(Outcome(**outcome) for outcome in values["outcomes"])
    for name, part in (("inputs", Input), ("outputs", Output)):
        if name in values:
            values[name] = tuple(part(**each) for each in values[name])
    if "many" in values:
        values["many"] = _unpack_many(values["many"])
    return Node(**values)


def _unpack_many(packed: Mapping[str, Any]) -> MultiInstance:
    items = packed.get("items")
    return MultiInstance(**{**packed, "items": None if items is None else tuple(items)})

"""What has been read from the files so far, and the problems met on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from motcua.engines.process import elements
from motcua.engines.process.graph import Flow, Node
from motcua.engines.process.problems import Problem


@dataclass(slots=True)
class Process:
    """A process of the files: ``executable`` is None where the drawing does not say."""

    id: str
    name: str
    line: int
    executable: bool | None
    calls: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Model:
    """Everything of one set of files; nodes are not linked to their flows yet."""

    processes: dict[str, Process] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    flow_scopes: dict[str, str] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    lanes: dict[str, str] = field(default_factory=dict)
    process_of: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, element: etree._Element, message: str, hint: str) -> None:
        """Note a problem at an XML element."""
        self.problems.append(
            Problem(elements.ident(element), elements.label(element), elements.line(element), message, hint)
        )

    def refuse_part(self, owner: Node | Flow | Process, message: str, hint: str) -> None:
        """Note a problem at something that has been read."""
        self.problems.append(Problem(owner.id, owner.name, owner.line, message, hint))

    def has(self, identifier: str) -> bool:
        """Whether an id is taken."""
        return identifier in self.nodes or identifier in self.flows or identifier in self.processes

"""What has been read from the files so far, and the problems met on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from motcua.engines.process import elements
from motcua.engines.process.graph import Flow, Node
from motcua.engines.process.problems import Problem


@dataclass(slots=True)
class Process:
    """A process of the files, with what is wrong inside it: that matters only where the process is run."""

    id: str
    name: str
    line: int
    executable: bool
    calls: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


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
    # Nodes refused for what they are: what would lead to them or follow them cannot be known.
    refused: set[str] = field(default_factory=set)
    # Processes that stand in other files, in which the lines are counted that their problems name.
    elsewhere: set[str] = field(default_factory=set)

    def refuse(self, element: etree._Element, message: str, hint: str) -> None:
        """Note a problem at an XML element."""
        self.problems.append(
            Problem(elements.ident(element), elements.label(element), elements.line(element), message, hint)
        )

    def refuse_part(self, owner: Node | Flow | Process, message: str, hint: str) -> None:
        """Note a problem at something that has been read."""
        scope = self.flow_scopes.get(owner.id, owner.id)
        process = self.process_of.get(scope, scope)
        self.problems.append(Problem(owner.id, owner.name, owner.line, message + self.place(process), hint))

    def place(self, process: str) -> str:
        """What a message ends with where the process stands in another file."""
        return f" (in the file of the process “{process}”)" if process in self.elsewhere else ""

    def has(self, identifier: str) -> bool:
        """Whether an id is taken."""
        return identifier in self.nodes or identifier in self.flows or identifier in self.processes

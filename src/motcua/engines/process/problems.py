"""What is wrong with a process: at publication (``Problem``) and while a dossier runs (``ProcessError``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a drawing cannot be published, with the place where it stands and what to do about it.

    ``element`` is the id of the BPMN element, ``name`` its label, ``line`` its line in the file (0 when unknown).
    """

    element: str
    name: str
    line: int
    message: str
    hint: str


class InvalidProcess(Exception):
    """A BPMN file was refused; carries every problem found, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.element}: {problem.message}" for problem in self.problems[:20]))


class ProcessError(Exception):
    """A running process cannot go on at ``node``; belongs into the exception queue, where a person decides."""

    def __init__(self, node: str, message: str) -> None:
        self.node = node
        super().__init__(f"{node}: {message}")


class IllegalMove(ProcessError):
    """The caller asked for a move that the process does not offer (unknown outcome, closed token, wrong target)."""

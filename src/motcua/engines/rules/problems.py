"""What is wrong with an expression or a decision table, and where."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Problem:
    """One mistake. ``offset`` counts characters within the expression; ``row`` counts from 1 as editors show it."""

    message: str
    hint: str = ""
    offset: int | None = None
    node: str | None = None
    row: int | None = None
    column: str | None = None

    def at(self, *, node: str | None = None, row: int | None = None, column: str | None = None) -> "Problem":
        """The same mistake, placed in a decision."""
        return replace(self, node=node, row=row, column=column)

    def __str__(self) -> str:
        places = [("node", self.node), ("row", self.row), ("column", self.column), ("offset", self.offset)]
        where = ", ".join(f"{name} {value}" for name, value in places if value is not None)
        said = f"{where}: {self.message}" if where else self.message
        return f"{said} ({self.hint})" if self.hint else said


class RuleError(Exception):
    """A rule that could not be worked out. The dossier goes to the exception queue; nothing is decided silently."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

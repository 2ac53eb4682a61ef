"""Cases of a procedure side by side: what each asks for, and where they differ. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

ABSENT = "–"


@dataclass(frozen=True)
class Compared:
    """A case in words. ``terms`` holds limit and fee by channel, ``papers`` how many of each by name."""

    code: str
    name: str
    papers: dict[str, str] = field(default_factory=dict)
    limits: dict[str, str] = field(default_factory=dict)
    fees: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One thing compared: what each case has of it."""

    label: str
    cells: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the cases are not all alike in it."""
        return len(set(self.cells)) > 1


@dataclass(frozen=True)
class Comparison:
    """The rows in three groups, each in the order in which the cases name them."""

    limits: tuple[Row, ...]
    fees: tuple[Row, ...]
    papers: tuple[Row, ...]


def compare(cases: Sequence[Compared]) -> Comparison:
    """Lay cases beside one another; what a case does not have is a dash."""
    return Comparison(
        limits=_rows([case.limits for case in cases]),
        fees=_rows([case.fees for case in cases]),
        papers=_rows([case.papers for case in cases]),
    )


def _rows(columns: Sequence[dict[str, str]]) -> tuple[Row, ...]:
    labels = dict.fromkeys(label for column in columns for label in column)
    return tuple(Row(label, tuple(column.get(label, ABSENT) for column in columns)) for label in labels)

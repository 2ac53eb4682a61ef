"""Registers in which a result can be entered beside its dossier (``register`` of a result).

The room that has dossiers decided says which there are, and what is wrong with how a package names them. It registers
in its ``AppConfig.ready``::

    registers.register("outgoing", problems_of)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """What a package says of a result in a register: the type of document, and what follows the number on it.

    Without ``mark`` it is the issuing agency's usual one. ``template`` is the text of the result's template.
    """

    type: str
    mark: str
    template: str


# Mistakes as sentences, each with what to do.
Problems = Callable[[Entry], Iterable[tuple[str, str]]]
registers: dict[str, Problems] = {}


def register(code: str, problems: Problems) -> None:
    """Make a register known."""
    registers[code] = problems

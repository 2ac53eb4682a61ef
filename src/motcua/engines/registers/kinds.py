"""The number series that rooms count with: each declares how its own is written until a house decides otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from motcua.engines.registers import rules
from motcua.kernel.errors import NotFound


@dataclass(frozen=True)
class Fact:
    """Something the room says with each number. ``label`` is a lazy translation, ``example`` how it looks.

    What is not ``printed`` (the key of an office) only parts counters; what is ``lettered`` holds no digit.
    """

    name: str
    label: Any
    example: str
    printed: bool = True
    lettered: bool = False


@dataclass(frozen=True)
class SeriesKind:
    """A kind of numbers and how it is written from the beginning. ``label``, ``fixed`` are lazy translations.

    ``within``: facts and dates that stand beside the number wherever it is used (the office and the year of a
    register), so that it need not tell them itself. ``longest``: characters that a number may have. ``in_addresses``:
    it stands in addresses of pages. ``apart_from``: series whose numbers people type into the same box.
    ``number_before``: the sign that follows the number itself, which comes first, where that is quoted alone.
    ``fixed``: why nobody may change it; empty where an administrator may.
    """

    code: str
    label: Any
    pattern: str
    scope: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    within: tuple[str, ...] = ()
    longest: int = 60
    in_addresses: bool = False
    apart_from: tuple[str, ...] = ()
    number_before: str = ""
    fixed: Any = ""

    @property
    def examples(self) -> dict[str, str]:
        """Each fact as it might be."""
        return {fact.name: fact.example for fact in self.facts}

    @property
    def format(self) -> rules.Format:
        """What a pattern of this kind may say."""
        return rules.Format(
            facts=frozenset(fact.name for fact in self.facts),
            printed=frozenset(fact.name for fact in self.facts if fact.printed),
            lettered=frozenset(fact.name for fact in self.facts if fact.lettered),
            within=frozenset(self.within),
            in_addresses=self.in_addresses,
            number_before=self.number_before,
        )


kinds: dict[str, SeriesKind] = {}
_named: list[SeriesKind] = []
_namers: list[Callable[[], Mapping[str, str]]] = []


def declare(kind: SeriesKind) -> SeriesKind:
    """Declare a kind once, at import. Raises ``ValueError`` for a second one of the same code."""
    if kind.code in kinds:
        raise ValueError(f"The number series {kind.code!r} is declared twice.")
    kinds[kind.code] = kind
    return kind


def declare_named(kind: SeriesKind) -> SeriesKind:
    """Declare the kind of all series that data names instead of a room; once. Raises ``ValueError`` else."""
    if _named:
        raise ValueError(f"{_named[0].label} are the series that data names already.")
    _named.append(kind)
    return kind


def name_by(names: Callable[[], Mapping[str, str]]) -> None:
    """Ask this what series that data names are called, by their codes; one that it leaves out goes by its code."""
    _namers.append(names)


def given_names() -> dict[str, str]:
    """How series that data names are called, by their codes."""
    return {code: name for names in _namers for code, name in names().items()}


def kind_of(code: str) -> SeriesKind:
    """The kind of a series that there is. Raises ``NotFound`` for one that nothing in this program counts with."""
    if code in kinds:
        return kinds[code]
    if not _named:
        raise NotFound(_("There is no such number series."))
    return _named[0]

"""Where filing a procedure online begins. The room of dossiers, which stands above, says so when it starts."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from motcua.services.procedures.models import ProcedureVersion


@dataclass(frozen=True)
class Way:
    """Another way to file beside the ordinary application, such as many at once."""

    href: str
    text: str
    hint: str


Begin = Callable[[str], str]
OtherWay = Callable[[ProcedureVersion], Way | None]
CounterWay = Callable[[ProcedureVersion, UUID], Way | None]  # for whom, the key of a party
NATIONAL_PORTAL = "https://dichvucong.gov.vn/"
_begin: list[Begin] = []
_others: list[OtherWay] = []
_at_counter: list[CounterWay] = []


def register(begin: Begin) -> None:
    """Name the address at which an application for a procedure's code begins; the last one named counts."""
    _begin[:] = [begin]


def address(code: str) -> str | None:
    """Where an application begins here, none while nobody takes applications."""
    return _begin[0](code) if _begin else None


def register_way(way: OtherWay) -> None:
    """Offer another way for the versions for which ``way`` gives one."""
    if way not in _others:
        _others.append(way)


def other_ways(version: ProcedureVersion) -> list[Way]:
    """The other ways in which a version is filed online here."""
    return [found for way in _others if (found := way(version)) is not None]


def register_counter_way(way: CounterWay) -> None:
    """Offer another way at the counter for the versions for which ``way`` gives one."""
    if way not in _at_counter:
        _at_counter.append(way)


def counter_ways(version: ProcedureVersion, person: UUID) -> list[Way]:
    """The other ways in which a version is received at the counter for somebody."""
    return [found for way in _at_counter if (found := way(version, person)) is not None]

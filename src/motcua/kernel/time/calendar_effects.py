"""What a change of calendars does to other rooms: shown before it is made, applied with it.

A room with dates of its own registers in its ``AppConfig.ready``::

    calendar_effects.register("dossiers", preview=moved_dossiers, apply=move_dossiers)

``preview`` tells which of its open dates move; ``apply`` runs in the transaction of the change, after the rows.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.kernel.time.rules import Calendar

CalendarOf = Callable[[UUID | None], Calendar]


@dataclass(frozen=True)
class CalendarChange:
    """A change about to be made: the calendar of each office before and after it.

    ``after`` already carries the new version, once the change is applied. ``year`` is none for changed hours.
    """

    before: CalendarOf
    after: CalendarOf
    made_by: UUID
    at: datetime
    year: int | None


@dataclass(frozen=True, slots=True, order=True)
class Effect:
    """A date that moves: what (a dossier code), for whom (an office's name), from when to when."""

    reference: str
    office: str
    before: datetime
    after: datetime


Preview = Callable[[CalendarChange], list[Effect]]
Apply = Callable[[CalendarChange], None]

_rooms: dict[str, tuple[Preview, Apply]] = {}


def register(name: str, *, preview: Preview, apply: Apply) -> None:
    """Have a room asked and told; the same name registered again replaces it."""
    _rooms[name] = (preview, apply)


def unregister(name: str) -> None:
    """Forget a room (tests)."""
    _rooms.pop(name, None)


def previewed(change: CalendarChange) -> list[Effect]:
    """Every date that moves, in order."""
    return sorted(effect for preview, _apply in _rooms.values() for effect in preview(change))


def applied(change: CalendarChange) -> None:
    """Have every room move its dates."""
    for _preview, apply in _rooms.values():
        apply(change)


def seal(effects: list[Effect]) -> str:
    """A digest of what was shown: only what a person has seen is applied."""
    lines = (f"{e.reference}\t{e.office}\t{e.before.isoformat()}\t{e.after.isoformat()}\n" for e in effects)
    return hashlib.sha256("".join(lines).encode()).hexdigest()

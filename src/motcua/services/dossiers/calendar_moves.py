"""What a change of calendars does to open dossiers: which dates move, and moving them once confirmed."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from motcua.kernel.time.calendar_effects import CalendarChange, Effect
from motcua.kernel.time.rules import Limit, Unit
from motcua.kernel.time.rules import Pause as ClockPause
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.models import Dossier, Extension, Pause
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules.clock import Clock, pauses_since

AT_ONCE = 2_000


def preview(change: CalendarChange) -> list[Effect]:
    """The promised dates that move."""
    return [
        Effect(dossier.number, dossier.resolving_office.name, before, after)
        for dossier, before, after in _moved(change)
    ]


def apply(change: CalendarChange) -> None:
    """Move the promised dates and tell it in each dossier; in the transaction of the change."""
    by = Actor(account=change.made_by)
    for dossier, before, _after in list(_moved(change)):
        move = Move.begin(dossier.pk, by=by, at=change.at)
        move.reclock()
        move.tell("dossier.calendar_changed", was=before, due=move.row.due_at, year=change.year)
        move.write()


def _moved(change: CalendarChange) -> Iterator[tuple[Dossier, datetime, datetime]]:
    last: UUID | None = None
    while True:
        chunk = list(_chunk(last))
        if not chunk:
            return
        pauses, extensions = _attached([dossier.pk for dossier in chunk])
        for dossier in chunk:
            clock = _clock(dossier, pauses.get(dossier.pk, []), extensions.get(dossier.pk, []))
            after = clock.due_at(change.after(dossier.resolving_office_id))
            assert dossier.due_at is not None
            if after != dossier.due_at:
                yield dossier, dossier.due_at, after
        last = chunk[-1].pk


def _chunk(after: UUID | None) -> Iterator[Dossier]:
    found = Dossier.objects.filter(
        closed_at=None, decided_at=None, due_at__isnull=False, counted_from__isnull=False, limit_value__isnull=False
    ).select_related("resolving_office")
    return iter((found.filter(pk__gt=after) if after else found).order_by("pk")[:AT_ONCE])


def _attached(keys: list[UUID]) -> tuple[dict[UUID, list[ClockPause]], dict[UUID, list[Limit]]]:
    pauses: dict[UUID, list[ClockPause]] = {}
    for row in Pause.objects.filter(dossier__in=keys, ended_at__isnull=False).order_by("started_at"):
        pauses.setdefault(row.dossier_id, []).append(ClockPause(row.started_at, row.ended_at))
    extensions: dict[UUID, list[Limit]] = {}
    for extension in Extension.objects.filter(dossier__in=keys).order_by("number"):
        extensions.setdefault(extension.dossier_id, []).append(Limit(extension.value, Unit(extension.unit)))
    return pauses, extensions


def _clock(dossier: Dossier, pauses: list[ClockPause], extensions: list[Limit]) -> Clock:
    assert dossier.counted_from is not None
    assert dossier.limit_value is not None
    limit = Limit(dossier.limit_value, Unit(dossier.limit_unit))
    return Clock(dossier.counted_from, limit, pauses_since(dossier.counted_from, pauses), tuple(extensions))

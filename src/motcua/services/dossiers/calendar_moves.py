"""What a change of calendars does to open dossiers: which dates move, and moving them once confirmed.

Appointments promised to applicants and due dates of open steps move, and so do waits (:mod:`calendar_waits`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from motcua.kernel.time.calendar_effects import CalendarChange, Effect
from motcua.kernel.time.rules import Limit, Unit, due
from motcua.kernel.time.rules import Pause as ClockPause
from motcua.services.dossiers.actors import Actor
from motcua.services.dossiers.calendar_waits import MovedWait, moved_lapses, moved_timers
from motcua.services.dossiers.models import Dossier, Extension, Pause, Supplement, Timer, WorkItem
from motcua.services.dossiers.moves import Move
from motcua.services.dossiers.rules.clock import Clock, pauses_since

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class _MovedStep:
    """The due date of an open step that moves."""

    dossier: UUID
    item: UUID
    effect: Effect


def preview(change: CalendarChange) -> list[Effect]:
    """Every date that moves: promised ones, due dates of steps, timers, last days for supplements."""
    promised = [
        Effect(dossier.number, dossier.resolving_office.name, before, after)
        for dossier, before, after in _moved_dossiers(change)
    ]
    steps = [moved.effect for moved in _moved_steps(change)]
    return promised + steps + [moved.effect for moved in (*moved_timers(change), *moved_lapses(change))]


def apply(change: CalendarChange) -> None:
    """Move the dates and tell it in each dossier; in the transaction of the change.

    The applicant hears of an appointment and of the last day for a supplement; steps and timers are the officers'
    matter.
    """
    by = Actor(account=change.made_by)
    promised = {dossier.pk: before for dossier, before, _after in _moved_dossiers(change)}
    steps: dict[UUID, list[_MovedStep]] = {}
    for moved in _moved_steps(change):
        steps.setdefault(moved.dossier, []).append(moved)
    timers, lapses = _by_dossier(moved_timers(change)), _by_dossier(moved_lapses(change))
    for key in sorted({*promised, *steps, *timers, *lapses}):
        move = Move.begin(key, by=by, at=change.at)
        move.reclock()
        if key in promised:
            move.tell("dossier.calendar_changed", was=promised[key], due=move.row.due_at, year=change.year)
        told = _told(move, steps.get(key, ()))
        if told:
            move.tell("dossier.step_dates_moved", steps=told, year=change.year)
        waits = _move_timers(move, timers.get(key, ()), change) | _move_lapse(move, lapses.get(key, ()), change)
        if key in promised or told or waits:
            move.write()


def _by_dossier(moved: Iterable[MovedWait]) -> dict[UUID, list[MovedWait]]:
    found: dict[UUID, list[MovedWait]] = {}
    for each in moved:
        found.setdefault(each.dossier, []).append(each)
    return found


def _move_timers(move: Move, moved: Iterable[MovedWait], change: CalendarChange) -> bool:
    """Whether there is anything to tell: a timer may have fired since the list was made."""
    told = [
        {"timer": each.row, "name": each.name, "was": each.effect.before, "due": each.effect.after}
        for each in moved
        if Timer.objects.filter(pk=each.row, fired_at=None).update(due_at=each.effect.after)
    ]
    if told:
        move.tell("dossier.timers_moved", timers=told, year=change.year)
    return bool(told)


def _move_lapse(move: Move, moved: Iterable[MovedWait], change: CalendarChange) -> bool:
    """Whether there is anything to tell: the supplement may have been brought since the list was made."""
    for each in moved:
        if Supplement.objects.filter(pk=each.row, answered_at=None).update(lapses_at=each.effect.after):
            was, lapses = each.effect.before, each.effect.after
            move.tell("dossier.supplement_lapse_moved", supplement=each.row, was=was, lapses=lapses, year=change.year)
            return True
    return False


def _told(move: Move, steps: Iterable[_MovedStep]) -> list[dict[str, object]]:
    standing = move.standing.items
    return [
        {
            "item": moved.item,
            "name": standing[moved.item].name,
            "was": moved.effect.before,
            "due": standing[moved.item].due_at,
        }
        for moved in steps
        if moved.item in standing  # else finished since the list was made
    ]


def _moved_dossiers(change: CalendarChange) -> Iterator[tuple[Dossier, datetime, datetime]]:
    last: UUID | None = None
    while chunk := _dossiers(last):
        keys = [dossier.pk for dossier in chunk]
        pauses, extensions = _pauses_of(keys), _extensions_of(keys)
        for dossier in chunk:
            clock = _clock(dossier, pauses.get(dossier.pk, []), extensions.get(dossier.pk, []))
            after = clock.due_at(change.after(dossier.resolving_office_id))
            assert dossier.due_at is not None
            if after != dossier.due_at:
                yield dossier, dossier.due_at, after
        last = keys[-1]


def _dossiers(after: UUID | None) -> list[Dossier]:
    found = Dossier.objects.filter(
        closed_at=None, decided_at=None, due_at__isnull=False, counted_from__isnull=False, limit_value__isnull=False
    ).select_related("resolving_office")
    return list((found.filter(pk__gt=after) if after else found).order_by("pk")[:AT_ONCE])


def _moved_steps(change: CalendarChange) -> Iterator[_MovedStep]:
    last: UUID | None = None
    while chunk := _steps(last):
        pauses = _pauses_of({step.dossier_id for step in chunk})
        for step in chunk:
            assert step.due_at is not None
            after = _due(step, pauses.get(step.dossier_id, []), change)
            if after != step.due_at:
                office = step.office.name if step.office else ""
                effect = Effect(f"{step.dossier.number} – {step.name}", office, step.due_at, after)
                yield _MovedStep(step.dossier_id, step.pk, effect)
        last = chunk[-1].pk


def _steps(after: UUID | None) -> list[WorkItem]:
    found = (
        WorkItem.objects.filter(state=WorkItem.State.OPEN, limit_value__isnull=False, due_at__isnull=False)
        .select_related("dossier", "office")
        .only("name", "opened_at", "due_at", "limit_value", "limit_unit", "office__name", "dossier__code",
              "dossier__submission_number")
    )  # fmt: skip
    return list((found.filter(pk__gt=after) if after else found).order_by("pk")[:AT_ONCE])


def _due(step: WorkItem, pauses: list[ClockPause], change: CalendarChange) -> datetime:
    assert step.limit_value is not None
    limit = Limit(step.limit_value, Unit(step.limit_unit))
    return due(step.opened_at, limit, change.after(step.office_id), pauses_since(step.opened_at, pauses))


def _pauses_of(keys: Iterable[UUID]) -> dict[UUID, list[ClockPause]]:
    pauses: dict[UUID, list[ClockPause]] = {}
    for row in Pause.objects.filter(dossier__in=keys, ended_at__isnull=False).order_by("started_at"):
        pauses.setdefault(row.dossier_id, []).append(ClockPause(row.started_at, row.ended_at))
    return pauses


def _extensions_of(keys: Iterable[UUID]) -> dict[UUID, list[Limit]]:
    extensions: dict[UUID, list[Limit]] = {}
    for extension in Extension.objects.filter(dossier__in=keys).order_by("number"):
        extensions.setdefault(extension.dossier_id, []).append(Limit(extension.value, Unit(extension.unit)))
    return extensions


def _clock(dossier: Dossier, pauses: list[ClockPause], extensions: list[Limit]) -> Clock:
    assert dossier.counted_from is not None
    assert dossier.limit_value is not None
    limit = Limit(dossier.limit_value, Unit(dossier.limit_unit))
    return Clock(dossier.counted_from, limit, pauses_since(dossier.counted_from, pauses), tuple(extensions))

"""Which waits a change of calendars moves: timers of processes, and the days until which supplements may be brought.

A timer follows the calendar both ways. What an applicant was told in form 02 is only ever moved to a later day: nobody
loses a dossier because a day off was taken back after the letter went out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.kernel.time.calendar_effects import CalendarChange, Effect
from motcua.kernel.time.rules import Limit, due
from motcua.kernel.time.rules import Pause as ClockPause
from motcua.services.dossiers.limits import counted, of_terms
from motcua.services.dossiers.models import Pause, Supplement, Timer, WorkItem
from motcua.services.dossiers.rules.clock import pauses_since
from motcua.services.procedures.runtime import package_of

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class MovedWait:
    """A row with a due time that moves; ``name`` is the step that its timer stands at."""

    dossier: UUID
    row: UUID
    effect: Effect
    name: str = ""


def moved_timers(change: CalendarChange) -> Iterator[MovedWait]:
    """The running timers whose end moves."""
    last: UUID | None = None
    while chunk := _timers(last):
        pauses = _supplement_pauses({timer.work_item.dossier_id for timer in chunk})
        for timer in chunk:
            item, dossier = timer.work_item, timer.work_item.dossier
            limit = _limit(timer)
            if limit is None:
                continue  # its process has no such timer: firing it reports that
            paused = pauses_since(item.opened_at, pauses.get(dossier.pk, []))
            before, after = (
                due(item.opened_at, limit, calendar(dossier.resolving_office_id), paused)
                for calendar in (change.before, change.after)
            )
            # What is stored may lie before the end, which pauses move when it is due, and never should lie behind it.
            stands = max(before, timer.due_at)
            if after != stands:
                what = _("%(dossier)s – time limit at “%(step)s”") % {"dossier": dossier.number, "step": item.name}
                effect = Effect(what, dossier.resolving_office.name, stands, after)
                yield MovedWait(dossier.pk, timer.pk, effect, item.name)
        last = chunk[-1].pk


def _timers(after: UUID | None) -> list[Timer]:
    standing = (WorkItem.State.OPEN, WorkItem.State.WAITING)
    found = (
        Timer.objects.filter(fired_at=None, work_item__state__in=standing, work_item__dossier__closed_at=None)
        .select_related("work_item__dossier__resolving_office")
        .only("event", "due_at", "work_item__name", "work_item__opened_at", "work_item__dossier__code",
              "work_item__dossier__submission_number", "work_item__dossier__procedure_version_id",
              "work_item__dossier__resolving_office__name")
    )  # fmt: skip
    return list((found.filter(pk__gt=after) if after else found).order_by("pk")[:AT_ONCE])


def _limit(timer: Timer) -> Limit | None:
    event = package_of(timer.work_item.dossier.procedure_version_id).graph.nodes.get(timer.event)
    return counted(event.timer) if event and event.timer else None


def _supplement_pauses(keys: Iterable[UUID]) -> dict[UUID, list[ClockPause]]:
    """The clock of a timer stands still while a supplement is awaited, not while money is."""
    pauses: dict[UUID, list[ClockPause]] = {}
    rows = Pause.objects.filter(dossier__in=keys, kind=Pause.Kind.SUPPLEMENT, ended_at__isnull=False)
    for row in rows.order_by("started_at"):
        pauses.setdefault(row.dossier_id, []).append(ClockPause(row.started_at, row.ended_at))
    return pauses


def moved_lapses(change: CalendarChange) -> Iterator[MovedWait]:
    """The supplements that may be brought later than their applicants were told."""
    last: UUID | None = None
    while chunk := _awaited(last):
        for supplement in chunk:
            dossier, before = supplement.dossier, supplement.lapses_at
            limit = package_of(dossier.procedure_version_id).policy.supplement.auto_close
            if limit is None or before is None:
                continue
            calendar = change.after(dossier.receiving_office_id)
            after = due(supplement.requested_at, of_terms(limit.value, limit.unit), calendar)
            if after > before:
                what = _("%(dossier)s – last day for the supplement") % {"dossier": dossier.number}
                effect = Effect(what, dossier.receiving_office.name, before, after)
                yield MovedWait(dossier.pk, supplement.pk, effect)
        last = chunk[-1].pk


def _awaited(after: UUID | None) -> list[Supplement]:
    found = (
        Supplement.objects.filter(answered_at=None, lapses_at__isnull=False, dossier__closed_at=None)
        .select_related("dossier__receiving_office")
        .only("requested_at", "lapses_at", "dossier__code", "dossier__submission_number",
              "dossier__procedure_version_id", "dossier__receiving_office__name")
    )  # fmt: skip
    return list((found.filter(pk__gt=after) if after else found).order_by("pk")[:AT_ONCE])

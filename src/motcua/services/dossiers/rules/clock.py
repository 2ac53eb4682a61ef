"""When a dossier or a step is due: start, limit, pauses and extensions put together. Pure.

The arithmetic itself is ``motcua.kernel.time.rules.due``; here is only what is chained to what.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from motcua.kernel.text.dates import VIETNAM
from motcua.kernel.time.rules import Calendar, Limit, Pause, Unit, at_work, due, working_time

_HOUR, _EXACT = Decimal(3_600_000_000), Decimal("1e-12")  # microseconds; so that no microsecond is lost


@dataclass(frozen=True, slots=True)
class Clock:
    """What decides when a dossier is due. ``extensions`` are added one after the other."""

    counted_from: datetime
    limit: Limit
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Limit, ...] = ()

    def due_at(self, calendar: Calendar) -> datetime:
        """The end of the limit, moved by the pauses, then by each extension.

        Where a changed calendar has the day off on which the count was to begin, it begins with the next day of work.
        """
        end = due(at_work(self.counted_from, calendar), self.limit, calendar, self.pauses)
        for extension in self.extensions:
            end = due(end, extension, calendar, self.pauses)
        return end


def is_early(at: datetime, promised: datetime) -> bool:
    """Whether something was done before the day of its appointment. Days are compared, not hours, as reports do."""
    return at.astimezone(VIETNAM).date() < promised.astimezone(VIETNAM).date()


def pauses_since(start: datetime, pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    """The pauses that count for a clock started at ``start``: a restart forgets what was before it."""
    return tuple(pause for pause in pauses if pause.end is None or pause.end > start)


def moved_by(promised: datetime, pause: Pause, calendar: Calendar) -> datetime:
    """An appointment that was taken over without its limit, later by the working time that an ended pause covers."""
    assert pause.end is not None
    waited = Decimal(working_time(pause.start, pause.end, calendar) // timedelta(microseconds=1))
    if pause.start >= promised or not waited:
        return promised
    return due(promised, Limit((waited / _HOUR).quantize(_EXACT, ROUND_CEILING), Unit.HOURS), calendar)

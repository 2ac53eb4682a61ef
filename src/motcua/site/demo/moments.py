"""When things happened in the demonstration: working time counted backwards from now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

from motcua.kernel.time.rules import Calendar, Limit, Unit, due, starts_counting

DAY, STEP = timedelta(days=1), timedelta(minutes=30)


def hours(value: float) -> Limit:
    """A number of working hours."""
    return Limit(Decimal(str(value)), Unit.HOURS)


def later(at: datetime, value: float, calendar: Calendar) -> datetime:
    """Some working hours later."""
    return due(at, hours(value), calendar)


def earlier(at: datetime, value: float, calendar: Calendar) -> datetime:
    """Some working hours earlier."""
    return _last(lambda moment: due(moment, hours(value), calendar) <= at, at)


def accepted_for(target: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """The last moment at which a dossier could be accepted to be due at ``target``, the cut-off being kept."""
    return _last(lambda moment: due(starts_counting(moment, calendar), limit, calendar) <= target, target)


def _last(fits: Callable[[datetime], bool], at: datetime) -> datetime:
    while not fits(at):
        at -= DAY
    while fits(at + STEP):
        at += STEP
    return at

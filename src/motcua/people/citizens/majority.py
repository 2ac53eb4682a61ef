"""From which day on somebody is of age: the law's age is kept by a room above, which registers how it is known."""

from collections.abc import Callable
from datetime import date

Reached = Callable[[date, date], date]
_known: list[Reached] = []


def register(reached: Reached) -> None:
    """Say how it is known: the day for a date of birth, by what is in force on another day."""
    _known[:] = [reached]


def reached(birth_date: date, on: date) -> date:
    """The first day on which somebody is of age, by what is in force on a day."""
    (asked,) = _known
    return asked(birth_date, on)

"""A colleague takes over: for some days as the substitute, or for good when an officer leaves."""

from dataclasses import dataclass
from datetime import date

from motcua.people.officers.models import Officer


@dataclass(frozen=True)
class TakingOver:
    """Who takes over from whom, from a day and, for a substitute, until a day."""

    officer: Officer
    to: Officer
    since: date
    last_day: date | None = None

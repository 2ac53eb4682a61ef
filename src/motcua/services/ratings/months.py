"""Calendar months in Vietnam: the periods of figures and evaluations."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from motcua.kernel.text.dates import midnight


@dataclass(frozen=True)
class Month:
    """A calendar month in Vietnam."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str, otherwise: date) -> "Month":
        """From ``2026-11``; the month of ``otherwise`` for anything else."""
        found = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
        return cls(int(found[1]), int(found[2])) if found else cls.of(otherwise)

    @property
    def next(self) -> "Month":
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> "Month":
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    @property
    def begin(self) -> datetime:
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return self.next.begin

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def code(self) -> str:
        return f"{self.year}-{self.month:02}"

    @property
    def text(self) -> str:
        return f"{self.month:02}/{self.year}"

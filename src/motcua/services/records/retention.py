"""How long files are kept and when they go to the archive, as a kind of rules with editions."""

from pathlib import Path
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from motcua.engines.editions.kinds import Kind, declare
from motcua.services.records.sources import Source

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,29}$")]
Months = Annotated[int, Field(ge=0, le=120)]


class Retention(BaseModel):
    """A group of files and for how long they are kept; without ``years`` for ever (vĩnh viễn).

    ``transfer_months``: after so many months from the end of the work they go to the archive.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    title: Annotated[str, Field(min_length=2, max_length=300)]
    years: Annotated[int, Field(ge=1, le=100)] | None = None
    transfer_months: Months | None = None

    @property
    def period(self) -> str:
        """``Vĩnh viễn`` or ``10 năm``, as lists of files write it."""
        return f"{self.years} năm" if self.years else "Vĩnh viễn"


class Schedule(BaseModel):
    """The schedule: the groups in the order in which they are offered, and what holds for all of them.

    ``keep_back_months``: for so long a unit may keep a file whose transfer is due (Decree 30/2020/NĐ-CP, article 30).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    transfer_months: Months
    keep_back_months: Months = 24
    transfer_from_years: Annotated[int, Field(ge=1, le=100)]
    warn_days: Annotated[int, Field(ge=1, le=365)]
    retentions: Annotated[tuple[Retention, ...], Field(min_length=1, max_length=500)]
    sources: Annotated[tuple[Source, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _once_each(self) -> "Schedule":
        codes = [each.code for each in self.retentions]
        if len(set(codes)) != len(codes):
            raise ValueError("a code stands twice")
        return self

    def find(self, code: str) -> Retention | None:
        """The group of a code."""
        return next((each for each in self.retentions if each.code == code), None)


SCHEDULE = declare(
    Kind(
        code="retention_schedule",
        label=_("Retention schedule of work files"),
        text=_("How long files are kept, when they go to the archive, and how early keepers are warned."),
        model=Schedule,
        shipped=Path(__file__).parent / "data" / "retention_schedule.yaml",
    )
)

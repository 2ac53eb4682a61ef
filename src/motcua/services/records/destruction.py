"""What the law sets for appraisal and destruction, as a kind of rules with editions."""

from pathlib import Path
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from motcua.engines.editions.kinds import Kind, declare
from motcua.services.records.sources import Source

CHAIR, SECRETARY = "chair", "secretary"
Code = Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,19}$")]


class Role(BaseModel):
    """A role in the council (Hội đồng); every role is held by at least one member."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    title: Annotated[str, Field(min_length=2, max_length=100)]
    at_most: Annotated[int, Field(ge=1, le=15)] = 15


class Destruction(BaseModel):
    """The roles of the council, and what the decision on destruction needs. Limits are in calendar days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: Annotated[tuple[Role, ...], Field(min_length=2, max_length=12)]
    opinion_needed: bool
    destroy_within_days: Annotated[int, Field(ge=1, le=365)]
    sources: Annotated[tuple[Source, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _led(self) -> "Destruction":
        codes = [each.code for each in self.roles]
        if len(set(codes)) != len(codes):
            raise ValueError("a role stands twice")
        if not {CHAIR, SECRETARY} <= set(codes):
            raise ValueError("a council has a chair and a secretary")
        return self

    def title(self, code: str) -> str:
        """What a role is called; the code itself of one that this edition does not know."""
        return next((each.title for each in self.roles if each.code == code), code)


DESTRUCTION = declare(
    Kind(
        code="destruction_rules",
        label=_("Appraisal and destruction of files"),
        text=_("Who sits in the council, and what a decision on destruction needs; with the source of each rule."),
        model=Destruction,
        shipped=Path(__file__).parent / "data" / "destruction_rules.yaml",
    )
)

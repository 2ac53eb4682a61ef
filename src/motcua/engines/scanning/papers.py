"""The kinds of papers that are read, as data (``data/papers.yaml``)."""

import re
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,29}$")]


class Shape(Enum):
    """What a fact looks like."""

    IDENTITY_NUMBER = "identity_number"
    DAY = "day"
    PERSON_NAME = "person_name"
    GENDER = "gender"
    TEXT = "text"
    CODE = "code"
    NOTATION = "notation"


class FactKind(BaseModel):
    """A fact of a paper: behind which words it stands, and over how many lines."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    name: str
    shape: Shape
    labels: tuple[re.Pattern[str], ...]
    lines: Annotated[int, Field(ge=1, le=3)] = 1


class PaperKind(BaseModel):
    """A kind of paper: known by one of its marks, or by ``every`` one of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Code
    name: str
    marks: tuple[re.Pattern[str], ...]
    every: bool = False
    facts: tuple[FactKind, ...]
    stops: tuple[re.Pattern[str], ...] = ()

    @field_validator("facts")
    @classmethod
    def _once_each(cls, facts: tuple[FactKind, ...]) -> tuple[FactKind, ...]:
        if len({fact.code for fact in facts}) != len(facts):
            raise ValueError("a fact stands twice")
        return facts


@cache
def paper_kinds() -> tuple[PaperKind, ...]:
    """All kinds, in the order of the file."""
    listed = yaml.safe_load((Path(__file__).parent / "data" / "papers.yaml").read_text(encoding="utf-8"))
    return tuple(PaperKind.model_validate(each) for each in listed["papers"])


@cache
def fact_names() -> dict[str, str]:
    """What a form may take proposals from: ``identity_card.number`` and its Vietnamese name."""
    return {f"{paper.code}.{fact.code}": fact.name for paper in paper_kinds() for fact in paper.facts}

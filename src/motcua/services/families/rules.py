"""Pure rules about parents and children: when a child is of age, and whether two records can be one child."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from motcua.kernel.text import fold


class ParentRules(BaseModel):
    """What an edition says. ``age_of_majority`` in years; ``proving``: names of papers that show whose child it is."""

    model_config = ConfigDict(extra="forbid")

    age_of_majority: int = Field(ge=1, le=30)
    proving: list[str] = Field(min_length=1, max_length=50)


def of_age_on(birth_date: date, years: int) -> date:
    """The first day on which somebody has lived so many years.

    Whoever is born on 29 February is of age on 1 March where the year has no such day (Civil Code, article 148: a
    period of years whose last day the month lacks ends with the month).
    """
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 2, 28) + timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """What a record or a statement says of a child."""

    name: str
    birth_date: date | None


def may_be_one(stated: Known, registered: Known) -> bool:
    """Whether a stated child can be the one registered under its number: same name and date of birth.

    A record without a date of birth may be anybody's, also an adult's: an officer writes the date down first.
    """
    return registered.birth_date == stated.birth_date and fold(stated.name) == fold(registered.name)


class Ground(StrEnum):
    """Why two records of one name and date of birth are taken for the same child."""

    PARENT = "parent"  # somebody is parent in both
    COUPLE = "couple"  # a parent in one names a parent in the other as the other parent
    PAPER = "paper"  # both rest on a paper of the same number and issuer: every commune counts from 1


@dataclass(frozen=True)
class Kin:
    """What is known of a child's parents: their records and numbers, the numbers of other parents that they named, and
    the papers that prove it, as folded number and folded issuer."""

    parents: frozenset[UUID] = frozenset()
    numbers: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    papers: frozenset[tuple[str, str]] = frozenset()


def grounds(one: Kin, other: Kin) -> list[Ground]:
    """Why two records that :func:`may_be_one` are suggested as the same child; nothing where only the name is."""
    found = {
        Ground.PARENT: one.parents & other.parents,
        Ground.COUPLE: one.named & other.numbers | other.named & one.numbers,
        Ground.PAPER: one.papers & other.papers,
    }
    return [ground for ground, shared in found.items() if shared]

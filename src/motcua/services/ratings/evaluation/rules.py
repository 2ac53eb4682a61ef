"""The evaluation of officers and units (TT 01/2018/TT-VPCP, articles 13 to 15): a table and its totals. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

Source = Literal["dossier_time", "agency_time", "contacts", "answers", "petitions", "inspection"]
# The categories that a source counts; those of answers and inspections are the points themselves.
CATEGORIES: dict[str, tuple[str, ...]] = {
    "dossier_time": ("early", "on_time", "late"),
    "agency_time": ("early", "on_time", "late"),
    "contacts": ("none", "once", "more"),
    "answers": ("2", "1", "0"),
    "petitions": ("on_time", "late", "unanswered"),
    "inspection": ("2", "1", "0"),
}
Moment = TypeVar("Moment", date, datetime)
_HUNDREDTH = Decimal("0.01")


class Indicator(BaseModel):
    """A line of the table: what is counted, what each category is worth, and how much the line weighs."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(pattern=r"^[a-z_]{2,30}$")
    text: str = Field(min_length=1, max_length=300)
    source: Source
    scale: dict[str, Decimal]
    weight: Decimal = Field(default=Decimal(1), gt=0, le=100)
    without: Decimal | None = None  # the score of a month without anything to count; none: the line stays open

    @model_validator(mode="after")
    def _whole(self) -> "Indicator":
        if set(self.scale) != set(CATEGORIES[self.source]):
            raise ValueError(f"{self.code}: the scale must name {', '.join(CATEGORIES[self.source])}")
        return self

    @property
    def best(self) -> Decimal:
        """The most that the line can bring."""
        return max(self.scale.values()) * self.weight


class Grade(BaseModel):
    """A class (xếp loại): from how many points on it is reached."""

    model_config = ConfigDict(extra="forbid")
    least: Decimal = Field(ge=0)
    text: str = Field(min_length=1, max_length=80)
    tone: Literal["good", "plain", "bad"]


class Table(BaseModel):
    """The lines that count for officers, or for units, and the classes, best first."""

    model_config = ConfigDict(extra="forbid")
    indicators: list[str] = Field(min_length=1, max_length=30)
    classes: list[Grade] = Field(min_length=1, max_length=10)

    @model_validator(mode="after")
    def _falling(self) -> "Table":
        limits = [grade.least for grade in self.classes]
        if limits != sorted(set(limits), reverse=True) or limits[-1] != 0:
            raise ValueError("classes go from the best down to one from 0 points")
        return self


class Scheme(BaseModel):
    """An edition of the evaluation."""

    model_config = ConfigDict(extra="forbid")
    basis: str = Field(min_length=1, max_length=300)
    indicators: list[Indicator] = Field(min_length=1, max_length=30)
    officer: Table
    unit: Table

    @model_validator(mode="after")
    def _known(self) -> "Scheme":
        codes = [indicator.code for indicator in self.indicators]
        unknown = {*self.officer.indicators, *self.unit.indicators} - set(codes)
        if len(set(codes)) != len(codes) or unknown:
            raise ValueError(f"each indicator is described once; not described: {', '.join(sorted(unknown)) or '–'}")
        return self

    def indicator(self, code: str) -> Indicator | None:
        """The indicator of a code."""
        return next((each for each in self.indicators if each.code == code), None)


@dataclass(frozen=True)
class Line:
    """An indicator with what was counted and the score that follows; none while there is nothing to count."""

    indicator: Indicator
    counts: Mapping[str, int]
    average: Decimal | None

    @property
    def score(self) -> Decimal | None:
        """The average times the weight."""
        return None if self.average is None else self.average * self.indicator.weight

    @property
    def items(self) -> int:
        """How many things were counted."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Result:
    """The lines, what they come to (rounded to hundredths) and the class; no class while a line is open."""

    lines: tuple[Line, ...]
    total: Decimal
    grade: Grade | None

    @property
    def best(self) -> Decimal:
        """The most that could be reached."""
        return sum((line.indicator.best for line in self.lines), Decimal(0))


def evaluate(scheme: Scheme, table: Table, counts: Mapping[str, Mapping[str, int]]) -> Result:
    """The evaluation from what was counted: indicator → category → number. Unknown categories are a fault of ours."""
    lines = tuple(_line(found, counts.get(code, {})) for code in table.indicators if (found := scheme.indicator(code)))
    known = [line.score for line in lines if line.score is not None]
    total = sum(known, Decimal(0)).quantize(_HUNDREDTH, ROUND_HALF_UP)
    whole = len(known) == len(lines)
    grade = next((grade for grade in table.classes if total >= grade.least), None) if whole else None
    return Result(lines, total, grade)


def _line(indicator: Indicator, counts: Mapping[str, int]) -> Line:
    number = sum(counts.values())
    if not number:
        return Line(indicator, counts, indicator.without)
    points = sum((indicator.scale[category] * count for category, count in counts.items()), Decimal(0))
    return Line(indicator, counts, points / number)


def timeliness(done: Moment, due: Moment) -> str:
    """``early``, ``on_time`` or ``late``: reports compare days, or moments where the limit is in hours."""
    return "early" if done < due else "on_time" if done == due else "late"


def together(parts: Sequence[str]) -> str:
    """How several steps of one office were together: late if one was, early if all were."""
    return "late" if "late" in parts else "early" if set(parts) == {"early"} else "on_time"


def contacts(supplements: int) -> str:
    """How often the applicant had to come again."""
    return ("none", "once")[supplements] if supplements < 2 else "more"


def shown(value: Decimal | None) -> str:
    """``1,67``; a dash for what is open."""
    return "–" if value is None else f"{value.quantize(_HUNDREDTH, ROUND_HALF_UP):f}".replace(".", ",")

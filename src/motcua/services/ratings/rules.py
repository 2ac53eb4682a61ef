"""Questionnaires and what may be answered when. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from motcua.kernel.errors import Invalid, Refused

OVERALL = "overall"
LONGEST_COMMENT = 2000
Channel = Literal["link", "kiosk", "tablet"]
Ending = Literal["returned", "refused", "stopped", "withdrawn"]  # as states of dossiers are named


class Option(BaseModel):
    """A choice. ``points`` (0 to 2) count for the question's indicator."""

    model_config = ConfigDict(extra="forbid")
    value: int = Field(ge=0, le=9)
    text: str = Field(min_length=1, max_length=200)
    points: int | None = Field(default=None, ge=0, le=2)


class Question(BaseModel):
    """A question with one choice. ``indicator`` is the one of the evaluation that it measures."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(pattern=r"^[a-z_]{2,30}$")
    text: str = Field(min_length=1, max_length=300)
    indicator: str = ""
    optional: bool = False
    options: list[Option] = Field(min_length=2, max_length=10)

    @model_validator(mode="after")
    def _coherent(self) -> "Question":
        if len({option.value for option in self.options}) != len(self.options):
            raise ValueError(f"{self.code}: two options have the same value")
        if self.indicator and any(option.points is None for option in self.options):
            raise ValueError(f"{self.code}: an option without points")
        return self

    def chosen(self, value: int) -> Option | None:
        """The option of a value."""
        return next((option for option in self.options if option.value == value), None)


class Questionnaire(BaseModel):
    """An edition of the questionnaire; the question ``overall`` goes from 1 to 5.

    ``asked_after`` says which ends of a dossier bring the questions: how people were served is asked of those whose
    dossier was not accepted, too.
    """

    model_config = ConfigDict(extra="forbid")
    asked_after: list[Ending] = Field(default=["returned", "refused", "stopped", "withdrawn"], min_length=1)
    window_days: int = Field(ge=1, le=365)
    place_minutes: int = Field(ge=1, le=1440)
    offer_minutes: int = Field(default=5, ge=1, le=60)
    satisfied_from: int = Field(ge=2, le=5)
    questions: list[Question] = Field(min_length=1, max_length=15)

    @model_validator(mode="after")
    def _has_overall(self) -> "Questionnaire":
        codes = [question.code for question in self.questions]
        if len(set(codes)) != len(codes):
            raise ValueError("two questions have the same code")
        overall = next((question for question in self.questions if question.code == OVERALL), None)
        if overall is None or overall.optional or {option.value for option in overall.options} != {1, 2, 3, 4, 5}:
            raise ValueError("there must be a question “overall” with the values 1 to 5")
        return self


@dataclass(frozen=True)
class Returned:
    """The return, or other end, that an answer is about."""

    at: datetime
    closes_at: datetime
    method: str
    office: str
    officer: str = ""


@dataclass(frozen=True)
class Machine:
    """Where a machine stands: in an office; the tablet of a counter before the ``officer`` who sits there."""

    channel: Channel
    office: str
    officer: str = ""

    def is_of(self, returned: Returned) -> bool:
        """Whether a result was handed over where it stands."""
        here = returned.method == "desk" and returned.office == self.office
        return here and (self.channel != "tablet" or self.officer == returned.officer != "")


def closes(returned_at: datetime, sheet: Questionnaire) -> datetime:
    """Until when an answer is taken."""
    return returned_at + timedelta(days=sheet.window_days)


def check_time(returned: Returned, sheet: Questionnaire, *, machine: Machine | None, at: datetime) -> None:
    """Raises :class:`Refused` for an answer that comes too late, or at a machine where nothing was just returned.

    A machine takes an answer only from whom its office, a tablet only from whom the officer at its counter, has handed
    a result to within the last minutes: nobody fills in other people's answers there.
    """
    if at >= returned.closes_at:
        raise Refused(_("The time for answering is over. Thank you for coming back."), code="closed")
    if machine is None:
        return
    fresh = at - returned.at <= timedelta(minutes=sheet.place_minutes)
    if not machine.is_of(returned) or not fresh:
        raise Refused(_("Here you can answer only right after a result was handed to you."), code="not_here")


def read_answers(sheet: Questionnaire, typed: Mapping[str, str]) -> dict[str, int]:
    """The chosen values by question. Raises :class:`Invalid` naming every question without a proper answer."""
    scores, errors = dict[str, int](), dict[str, str]()
    for question in sheet.questions:
        text = typed.get(question.code, "").strip()
        option = question.chosen(int(text)) if text.isascii() and text.isdecimal() and len(text) < 3 else None
        if option is not None:
            scores[question.code] = option.value
        elif text or not question.optional:
            errors[question.code] = _("Choose one of the answers.")
    if errors:
        raise Invalid(_("Some answers need your attention."), errors=errors)
    return scores


def points_of(sheet: Questionnaire, scores: Mapping[str, int]) -> dict[str, int]:
    """The points that an answer gives, by indicator of the evaluation."""
    found = dict[str, int]()
    for question in sheet.questions:
        option = question.chosen(scores[question.code]) if question.code in scores else None
        if question.indicator and option is not None and option.points is not None:
            found[question.indicator] = option.points
    return found


def percent(part: int, whole: int) -> str:
    """``87,5 %``, rounded half up to one decimal; a dash where there is nothing to divide."""
    if whole <= 0:
        return "–"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10},{tenths % 10} %"


def mean(total: int, count: int) -> str:
    """``4,3``, rounded half up; a dash for none."""
    if count <= 0:
        return "–"
    tenths = (20 * total + count) // (2 * count)
    return f"{tenths // 10},{tenths % 10}"

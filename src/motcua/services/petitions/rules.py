"""Petitions: what they may become, until when, who is competent, which are alike, what is never published. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from pydantic import BaseModel, ConfigDict, Field, model_validator

from motcua.kernel.text import fold, words
from motcua.kernel.time.rules import Calendar, Limit, Pause, Unit, due

# act → states in which it may be done
ALLOWED = {
    "forward": {"received"},
    "accept": {"received"},
    "refuse": {"received"},
    "ask": {"received", "handling"},
    "complete": {"waiting"},
    "answer": {"handling"},
    "merge": {"received", "handling"},
    "publish": {"answered"},
    "follow_up": {"answered"},
    "reply": {"answered"},
    "reopen": {"answered"},
    "rate": {"answered"},
}
# acts that are due at a moment: taking it up or not, answering, publishing
LIMITED = frozenset({"forward", "accept", "refuse", "ask", "answer", "merge", "publish"})
NEAR_METRES = 500
ALIKE = 0.3  # from this likeness on a petition is suggested
MOST_ALIKE = 5
_EARTH_METRES = 6_371_000
_COMMON = frozenset(  # say nothing of what a petition is about
    words("là và của cho có không ở tại thì mà để được này do các những một với về tôi chúng rất bị")
)


class Limits(BaseModel):
    """Limits in working days."""

    model_config = ConfigDict(extra="forbid")
    refuse: int = Field(ge=1, le=60)
    ask: int = Field(ge=1, le=60)
    complete: int = Field(ge=1, le=60)
    handle: int = Field(ge=1, le=120)
    publish: int = Field(ge=1, le=60)
    reopen: int = Field(ge=1, le=120)


class Topic(BaseModel):
    """A field of petitions (lĩnh vực) and who is competent for it."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(pattern=r"^[a-z_]{2,30}$")
    text: str = Field(min_length=1, max_length=120)
    to: str = Field(default="", max_length=35)
    units: dict[str, str] = Field(default_factory=dict)
    heads_only: bool = False


class PetitionRules(BaseModel):
    """An edition of the rules for petitions."""

    model_config = ConfigDict(extra="forbid")
    limits: Limits
    reopenings: int = Field(ge=0, le=5)
    similar_days: int = Field(ge=1, le=365)
    topics: list[Topic] = Field(min_length=1, max_length=60)

    @model_validator(mode="after")
    def _once(self) -> "PetitionRules":
        if len({topic.code for topic in self.topics}) != len(self.topics):
            raise ValueError("two topics have the same code")
        return self

    def topic(self, code: str) -> Topic | None:
        """The topic of a code."""
        return next((topic for topic in self.topics if topic.code == code), None)


def competent(topic: Topic, unit: str) -> str:
    """Who is competent: an office's code, ``commune`` for the committee of the place, empty for a person to choose."""
    return topic.units.get(unit, topic.to)


def allows(state: str, act: str) -> bool:
    """Whether a petition in this state may undergo the act."""
    return state in ALLOWED[act]


def until(start: datetime, days: int, calendar: Calendar, pauses: Iterable[Pause] = ()) -> datetime:
    """When a limit of so many working days ends."""
    return due(start, Limit(Decimal(days), Unit.WORKING_DAYS), calendar, pauses)


@dataclass(frozen=True)
class Seen:
    """What is compared of a petition: its words, its place."""

    words: frozenset[str]
    unit: str = ""
    place: str = ""
    at: tuple[float, float] | None = None  # latitude and longitude in degrees


def seen(text: str, *, unit: str = "", place: str = "", at: tuple[float, float] | None = None) -> Seen:
    """A petition as it is compared."""
    return Seen(frozenset(words(text)) - _COMMON, unit, fold(place), at)


def likeness(one: Seen, other: Seen) -> float:
    """How much alike two petitions are, from 0 to 1: shared words weigh most, then the place."""
    both = one.words | other.words
    told = len(one.words & other.words) / len(both) if both else 0.0
    return 0.7 * told + 0.3 * _same_place(one, other)


def _same_place(one: Seen, other: Seen) -> float:
    if one.at and other.at:
        return 1.0 if metres(one.at, other.at) <= NEAR_METRES else 0.0
    if one.unit and other.unit and one.unit != other.unit:
        return 0.0
    names = set(one.place.split()), set(other.place.split())
    named = len(names[0] & names[1]) / len(names[0] | names[1]) if all(names) else 0.0
    return max(named, 0.5 if one.unit and one.unit == other.unit else 0.0)


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two points on the earth (haversine)."""
    (north, east), (north_2, east_2) = (tuple(map(radians, point)) for point in (one, other))
    half = sin((north_2 - north) / 2) ** 2 + cos(north) * cos(north_2) * sin((east_2 - east) / 2) ** 2
    return 2 * _EARTH_METRES * asin(sqrt(half))


def alike(petition: Seen, others: Sequence[tuple[str, Seen]]) -> list[str]:
    """The keys of the most alike, at most five, the likest first."""
    found = sorted(((likeness(petition, other), key) for key, other in others), key=lambda pair: (-pair[0], pair[1]))
    return [key for measure, key in found if measure >= ALIKE][:MOST_ALIKE]


def names_petitioner(text: str, *, name: str, phone: str, email: str) -> bool:
    """Whether a text that is to be published says who asked: their whole name, telephone or e-mail."""
    plain, digits = f" {' '.join(words(text))} ", "".join(char for char in text if char.isdecimal())
    whole, number = " ".join(words(name)), "".join(char for char in phone if char.isdecimal())
    return (
        (" " in whole and f" {whole} " in plain)
        or (len(number) >= 8 and number[-8:] in digits)
        or (bool(email) and email.lower() in text.lower())
    )

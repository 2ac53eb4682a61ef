"""Under which life events procedures are offered: a kind of rules, so that its words and order are data."""

from functools import cached_property
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from motcua.engines.editions.kinds import Kind, declare
from motcua.engines.editions.queries import in_force
from motcua.kernel.text import words
from motcua.services.procedures.choices import Audience, LifeEvent


class OfferedEvent(BaseModel):
    """A life event as it is offered: what is said, which procedures come first, whose words belong to it."""

    model_config = ConfigDict(extra="forbid")
    code: LifeEvent
    text: str = Field(min_length=1, max_length=200)
    advice: list[str] = Field(default=[], max_length=10)
    first: list[str] = Field(default=[], max_length=10)
    fields: list[str] = Field(default=[], max_length=40)
    names: list[str] = Field(default=[], max_length=40)

    @property
    def label(self) -> str:
        """The event's name."""
        return str(self.code.label)

    def claims(self, *, field: str, name: str) -> bool:
        """Whether words of a procedure's field or name belong to this event; both folded, as whole words."""
        return _says(field, self._words_of_fields) or _says(name, self._words_of_names)

    @cached_property
    def _words_of_fields(self) -> list[str]:
        return [_padded(text) for text in self.fields]

    @cached_property
    def _words_of_names(self) -> list[str]:
        return [_padded(text) for text in self.names]


class OfferedAudience(BaseModel):
    """Who is addressed, and the events of their life in the order in which they are shown."""

    model_config = ConfigDict(extra="forbid")
    code: Audience
    text: str = Field(min_length=1, max_length=200)
    events: list[OfferedEvent] = Field(min_length=1, max_length=40)

    @property
    def label(self) -> str:
        """The audience's name."""
        return str(self.code.label)


class LifeEvents(BaseModel):
    """An edition of the life events. An event that it leaves out is offered nowhere."""

    model_config = ConfigDict(extra="forbid")
    audiences: list[OfferedAudience] = Field(min_length=1, max_length=2)

    @model_validator(mode="after")
    def _each_once(self) -> "LifeEvents":
        if len({audience.code for audience in self.audiences}) != len(self.audiences):
            raise ValueError("an audience stands here twice")
        codes = [event.code for audience in self.audiences for event in audience.events]
        if twice := sorted({code.value for code in codes if codes.count(code) > 1}):
            raise ValueError(f"{twice[0]}: this event stands here twice")
        for audience in self.audiences:
            for event in audience.events:
                if empty := [text for text in (*event.fields, *event.names) if not words(text)]:
                    raise ValueError(f"{event.code.value}: {empty[0]!r} has no word")
        return self

    def audience(self, code: str) -> OfferedAudience | None:
        """The audience of a code."""
        return next((audience for audience in self.audiences if audience.code == code), None)

    def event(self, code: str) -> tuple[OfferedAudience, OfferedEvent] | None:
        """The event of a code with its audience."""
        found = ((audience, event) for audience in self.audiences for event in audience.events)
        return next((each for each in found if each[1].code == code), None)

    def claimed(self, *, field: str, name: str) -> list[str]:
        """The events that a procedure's field and name suggest, each once; a person may change them."""
        field, name = _padded(field), _padded(name)
        found = {
            event.code
            for audience in self.audiences
            for event in audience.events
            if event.claims(field=field, name=name)
        }
        return [event.value for event in LifeEvent if event in found]


LIFE_EVENTS = declare(
    Kind(
        code="life-events",
        label=_("Life events"),
        text=_("What citizens and businesses are offered by life event: order, advice, and the words of the fields."),
        model=LifeEvents,
        shipped=Path(__file__).parent / "data" / "life_events.yaml",
    )
)


def offered() -> LifeEvents:
    """What is offered today; one statement."""
    return in_force(LIFE_EVENTS, timezone.localdate()).rules


def _padded(text: str) -> str:
    return f" {' '.join(words(text))} "


def _says(text: str, parts: list[str]) -> bool:
    return any(part in text for part in parts)

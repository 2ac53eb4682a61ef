"""What a guide is, once it has been read. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from motcua.engines.rules.facts import FactType
from motcua.engines.rules.facts import Kind as Fact

Kind = Literal["choice", "yes_no", "number"]
Answer = str | int | bool
Answers = dict[str, Answer]


@dataclass(frozen=True)
class Choice:
    """An answer to choose."""

    value: str
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """A question (câu hỏi). ``when`` is a ZEN condition over earlier answers; without one it is always asked."""

    id: str
    text: str
    kind: Kind
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    least: int = 0
    most: int = 0
    when: str = ""

    @property
    def fact(self) -> FactType:
        """The answer as a fact of the decision: null where the question may not be asked."""
        may_be_null = bool(self.when)
        if self.kind == "yes_no":
            return FactType(Fact.BOOLEAN, nullable=may_be_null)
        if self.kind == "number":
            return FactType(Fact.INTEGER, nullable=may_be_null)
        return FactType(Fact.TEXT, nullable=may_be_null, values=tuple(choice.value for choice in self.choices))


@dataclass(frozen=True)
class Outcome:
    """Where the answers may lead: a procedure and one of its cases, or only a word of advice; and why."""

    id: str
    why: str
    title: str = ""
    procedure: str = ""
    case: str = ""


@dataclass(frozen=True)
class GuideSpec:
    """The whole of ``guide.yaml``."""

    code: str
    title: str
    lead: str
    life_events: tuple[str, ...]
    questions: tuple[Question, ...]
    outcomes: tuple[Outcome, ...]
    decision: str

    @property
    def facts(self) -> dict[str, FactType]:
        """What the decision may speak of."""
        return {question.id: question.fact for question in self.questions}

    def outcome(self, identifier: str) -> Outcome | None:
        """The outcome of an id."""
        return next((outcome for outcome in self.outcomes if outcome.id == identifier), None)

    def to_json(self) -> dict[str, Any]:
        """For storing."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "GuideSpec":
        """As it was stored."""
        questions = (
            Question(**{**each, "choices": tuple(Choice(**choice) for choice in each["choices"])})
            for each in stored["questions"]
        )
        return cls(
            **{
                **stored,
                "life_events": tuple(stored["life_events"]),
                "questions": tuple(questions),
                "outcomes": tuple(Outcome(**each) for each in stored["outcomes"]),
            }
        )

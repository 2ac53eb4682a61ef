"""Walking through a guide: which question comes next, what an answer is worth, where the answers lead. Pure.

Answers are texts of an address (``?where=home&children=2``), so every page can be left, shared and come back to. They
are read in the order of the questions; what does not fit, or is no longer asked, is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from motcua.engines.rules.decisions import Decision
from motcua.engines.rules.expressions import holds
from motcua.engines.rules.problems import Problem, RuleError
from motcua.services.procedures.guides.spec import Answer, Answers, GuideSpec, Outcome, Question

GIVES = "advice"  # what the decision gives: a list of {"outcome": id}
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True)
class Walk:
    """How far the answers go: the questions asked so far with their answers, and the next one (none at the end)."""

    answered: tuple[tuple[Question, Answer], ...]
    following: Question | None

    @property
    def answers(self) -> Answers:
        """By the questions' ids."""
        return {question.id: answer for question, answer in self.answered}


def value(question: Question, text: str | None) -> Answer | None:
    """What a text answers; none for what is no answer to this question."""
    text = (text or "").strip()
    if question.kind == "yes_no":
        return {"yes": True, "no": False}.get(text)
    if question.kind == "number":
        number = int(text) if _NUMBER.fullmatch(text) else None
        return number if number is not None and question.least <= number <= question.most else None
    return text if any(choice.value == text for choice in question.choices) else None


def text_of(answer: Answer) -> str:
    """An answer as it stands in an address."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    return str(answer)


def walk(guide: GuideSpec, given: Mapping[str, str]) -> Walk:
    """Follow the questions with the texts that are given. Raises ``RuleError`` for a condition that fails."""
    answered: list[tuple[Question, Answer]] = []
    facts: dict[str, Answer | None] = {question.id: None for question in guide.questions}
    for question in guide.questions:
        if not is_asked(question, facts):
            continue
        answer = value(question, given.get(question.id))
        if answer is None:
            return Walk(tuple(answered), question)
        answered.append((question, answer))
        facts[question.id] = answer
    return Walk(tuple(answered), None)


def is_asked(question: Question, facts: Mapping[str, Answer | None]) -> bool:
    """Whether a question is asked after these answers. Raises ``RuleError``."""
    return not question.when or holds(question.when, facts)


def outcomes(guide: GuideSpec, decision: Decision, answers: Mapping[str, Answer]) -> list[Outcome]:
    """Where the answers lead, each once in the order of the decision's rows.

    Raises ``RuleError`` for a decision that fails, or names an outcome that the guide does not have.
    """
    facts = {question.id: answers.get(question.id) for question in guide.questions}
    given = decision.decide(facts).get(GIVES)
    rows = given if isinstance(given, list) else [given]
    names = [row.get("outcome") if isinstance(row, dict) else None for row in rows]
    found = [guide.outcome(str(name)) for name in dict.fromkeys(names)]
    if not all(found):
        raise RuleError(Problem(f"The decision gives {names!r}, which are not all outcomes of the guide."))
    return [outcome for outcome in found if outcome]

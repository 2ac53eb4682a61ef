"""Checking a guide whole: its texts, its conditions and decision, then every way through the questions."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from motcua.engines.rules.checking import check_decision
from motcua.engines.rules.decisions import Decision
from motcua.engines.rules.expressions import check as check_expression
from motcua.engines.rules.facts import Kind as Fact
from motcua.engines.rules.problems import RuleError
from motcua.services.procedures.guides.reading import MANIFEST, read_guide
from motcua.services.procedures.guides.spec import Answer, Answers, GuideSpec, Question
from motcua.services.procedures.guides.walking import is_asked, outcomes, text_of
from motcua.services.procedures.packages.files import read_folder, read_zip
from motcua.services.procedures.packages.problems import PackageError, Problem

MOST_WAYS = 5_000
_NUMBERS = re.compile(r"\d{1,7}", re.ASCII)


@dataclass(frozen=True)
class CheckedGuide:
    """A guide that was found right, with the text of its decision."""

    guide: GuideSpec
    decision: bytes
    digest: str  # SHA-256 over both files


def load(path: Path) -> CheckedGuide:
    """Read and check a guide's folder or zip file. Raises ``PackageError`` with every mistake."""
    if path.is_dir():
        return check(read_folder(path))
    try:
        return check(read_zip(path.read_bytes(), manifest=MANIFEST))
    except OSError as error:
        raise PackageError([Problem(path.name, f"The file cannot be read ({error.strerror}).")]) from error


def check(files: Mapping[str, bytes]) -> CheckedGuide:
    """Check the files of a guide. Raises ``PackageError`` with every mistake; nothing is stored anywhere."""
    if MANIFEST not in files:
        raise PackageError([Problem(MANIFEST, "The file is missing.", hint=f"A guide has a {MANIFEST} at its top.")])
    guide, fields = read_guide(files[MANIFEST])
    problems = [*fields.problems, *_conditions(guide), *_files(guide, files)]
    if not problems:
        problems = [*_decision(guide, files[guide.decision])]
    if not problems:
        problems = list(_ways(guide, Decision.compile(files[guide.decision]), files[guide.decision]))
    if problems:
        raise PackageError(problems)
    whole = hashlib.sha256()
    for content in (files[MANIFEST], files[guide.decision]):
        whole.update(f"{len(content)}:".encode() + content)
    return CheckedGuide(guide, files[guide.decision], whole.hexdigest())


def _conditions(guide: GuideSpec) -> Iterator[Problem]:
    """A condition may speak of earlier questions only."""
    facts = guide.facts
    for at, question in enumerate(guide.questions):
        if question.when:
            earlier = {each.id: facts[each.id] for each in guide.questions[:at]}
            for problem in check_expression(question.when, earlier, expects=Fact.BOOLEAN):
                yield Problem(MANIFEST, problem.message, element=f"questions.{question.id}.when", hint=problem.hint)


def _files(guide: GuideSpec, files: Mapping[str, bytes]) -> Iterator[Problem]:
    if guide.decision and guide.decision not in files:
        yield Problem(MANIFEST, f"The file {guide.decision!r} is not in the guide.", element="decision")
    for name in sorted(set(files) - {MANIFEST, guide.decision}):
        yield Problem(name, "Nothing names this file.", hint="Remove it.")


def _decision(guide: GuideSpec, content: bytes) -> Iterator[Problem]:
    for problem in check_decision(content, guide.facts):
        places = [problem.node, f"row {problem.row}" if problem.row else None, problem.column]
        element = ", ".join(place for place in places if place)
        yield Problem(guide.decision, problem.message, element=element, hint=problem.hint)


def _ways(guide: GuideSpec, decision: Decision, content: bytes) -> Iterator[Problem]:
    """Every way must lead somewhere, every question be asked and every outcome be reached on some way."""
    asked: set[str] = set()
    reached: set[str] = set()
    numbers = sorted({int(number) for number in _NUMBERS.findall(content.decode(errors="replace"))})
    for at, answers in enumerate(_answered(guide, guide.questions, {}, numbers)):
        if at == MOST_WAYS:
            hint = "Ask less, or make two guides of it."
            yield Problem(MANIFEST, f"There are more than {MOST_WAYS} ways through the questions.", hint=hint)
            return
        asked |= set(answers)
        try:
            found = outcomes(guide, decision, answers)
        except RuleError as error:
            yield _at(guide, answers, error.problem.message, error.problem.hint)
            return
        if not found:
            yield _at(guide, answers, "These answers lead nowhere.", "Add a row for them.")
            return
        reached |= {outcome.id for outcome in found}
    for question in guide.questions:
        if question.id not in asked:
            yield Problem(MANIFEST, "No answers lead to this question.", element=f"questions.{question.id}")
    for outcome in guide.outcomes:
        if outcome.id not in reached:
            yield Problem(MANIFEST, "No answers lead to this outcome.", element=f"outcomes.{outcome.id}")


def _answered(guide: GuideSpec, left: tuple[Question, ...], before: Answers, numbers: list[int]) -> Iterator[Answers]:
    if not left:
        yield before
        return
    question, *others = left
    facts = {each.id: before.get(each.id) for each in guide.questions}
    if not is_asked(question, facts):
        yield from _answered(guide, tuple(others), before, numbers)
        return
    for answer in _possible(question, numbers):
        yield from _answered(guide, tuple(others), {**before, question.id: answer}, numbers)


def _possible(question: Question, numbers: list[int]) -> list[Answer]:
    """All answers; of a number its bounds, and what stands in the decision with its neighbours."""
    if question.kind == "choice":
        return [choice.value for choice in question.choices]
    if question.kind == "yes_no":
        return [True, False]
    near = {question.least, question.most, *(edge for number in numbers for edge in (number - 1, number, number + 1))}
    return [number for number in sorted(near) if question.least <= number <= question.most]


def _at(guide: GuideSpec, answers: Answers, message: str, hint: str) -> Problem:
    way = ", ".join(f"{name} = {text_of(answer)}" for name, answer in answers.items())
    return Problem(guide.decision, message, element=way, hint=hint)

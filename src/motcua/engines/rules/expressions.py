"""Conditions and values written as ZEN expressions."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import zen

from motcua.engines.rules.facts import FactType, Kind, cases, plain
from motcua.engines.rules.problems import Problem, RuleError
from motcua.engines.rules.scanning import never_held, scan, undeclared, used

MOST_CASES: Final = 2_000
_PLACE: Final = re.compile(r"at \(?(\d+)")
_REASON: Final = re.compile(r'"source":"((?:[^"\\]|\\.)*)"')
Compiled = Callable[[dict[str, Any]], Any]


def check(
    expression: str,
    facts: Mapping[str, FactType],
    *,
    expects: Kind | None = None,
    limit: int = MOST_CASES,
    stored: bool = False,
) -> list[Problem]:
    """Everything wrong with an expression; empty when it may be published.

    The expression is tried with null and boundary values of each declared fact it names, in at most ``limit`` cases.
    ``expects`` also refuses a result of another kind (a condition gives ``Kind.BOOLEAN``, for every case). What was
    ``stored`` is not refused for what was let through before December 2026.
    """
    problems = check_form(expression, facts, stored=stored)
    return problems or _tried(expression, facts, expects=expects, limit=limit)


def check_form(
    expression: str, facts: Mapping[str, FactType | None], *, unary: bool = False, stored: bool = False
) -> list[Problem]:
    """What can be seen without running: syntax, names, functions, ranges, size."""
    found = scan(expression, unary=unary)
    new = () if stored else never_held(expression, facts)
    problems = [*found.problems, *undeclared(found, facts), *new]
    if not problems:
        try:
            compiled(expression, unary=unary)
        except RuleError as error:
            problems.append(error.problem)
    return problems


def evaluate(expression: str, facts: Mapping[str, Any]) -> Any:
    """The value of an expression. Raises ``RuleError`` when it cannot be worked out."""
    return plain(run(compiled(expression), plain(facts)))


def holds(condition: str, facts: Mapping[str, Any]) -> bool:
    """Whether a condition holds. Raises ``RuleError`` when it cannot be worked out or is neither true nor false."""
    answer = evaluate(condition, facts)
    if not isinstance(answer, bool):
        raise RuleError(Problem(f"“{condition}” gives {answer!r}, neither true nor false."))
    return answer


@lru_cache(maxsize=4096)
def compiled(expression: str, *, unary: bool = False) -> Compiled:
    """The expression made ready to run many times; one that the scan refuses is never handed to the engine."""
    problems = scan(expression, unary=unary).problems
    if problems:
        raise RuleError(problems[0])
    try:
        made = zen.compile_unary_expression(expression) if unary else zen.compile_expression(expression)
    except (RuntimeError, ValueError) as error:
        raise RuleError(_syntax(_reason(error))) from None
    evaluated: Compiled = made.evaluate
    return evaluated


def run(code: Compiled, context: dict[str, Any]) -> Any:
    """One evaluation in a context that went through ``plain``; whole numbers come back as integers."""
    try:
        return _whole(code(context))
    except (RuntimeError, ValueError) as error:
        raise RuleError(Problem(f"The rule cannot be worked out: {_reason(error)}.", _advice(context))) from None


def _tried(expression: str, facts: Mapping[str, FactType], *, expects: Kind | None, limit: int) -> list[Problem]:
    found = scan(expression)
    code = compiled(expression)
    for case in cases(used(found, facts), found.literals, limit=limit):
        try:
            answer = run(code, case)
        except RuleError as error:
            return [error.problem]
        if expects is not None and not is_of_kind(answer, expects):
            return [Problem(f"The result must be {expects.value}, but is {answer!r}.", _advice(case))]
    return []


def is_of_kind(answer: Any, kind: Kind) -> bool:
    """Whether a value that the engine gave is of a kind."""
    if kind is Kind.BOOLEAN:
        return isinstance(answer, bool)
    if kind is Kind.LIST:
        return isinstance(answer, list)
    if kind in {Kind.TEXT, Kind.DATE, Kind.DATETIME}:
        return isinstance(answer, str)
    whole = isinstance(answer, int) and not isinstance(answer, bool)
    if kind is Kind.MONEY:
        return whole and answer >= 0
    return whole or (kind is Kind.NUMBER and isinstance(answer, float))


def _whole(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    return value


def _reason(error: Exception) -> str:
    text = str(error).partition("\n")[0]
    match = _REASON.search(text)
    return match.group(1).replace('\\"', '"') if match else text


def _syntax(reason: str) -> Problem:
    place = _PLACE.search(reason)
    return Problem(f"Not a ZEN expression: {reason}.", offset=int(place.group(1)) if place else None)


def _advice(context: Mapping[str, Any]) -> str:
    shown = ", ".join(f"{name} = {_shown(value)}" for name, value in list(context.items())[:6])
    return f"Seen with {shown}. Guard a fact that may be empty: “x != null and x > 5”." if shown else ""


def _shown(value: Any) -> str:
    text = "null" if value is None else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"

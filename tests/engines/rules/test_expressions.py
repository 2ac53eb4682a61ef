"""Expressions: what is refused before the engine sees it, what is tried, what is raised."""

from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Thread
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.engines.rules.expressions import check, evaluate, holds
from motcua.engines.rules.facts import LARGEST_INTEGER, FactType, Kind, cases
from motcua.engines.rules.problems import Problem, RuleError
from tests.engines.rules.factories import FACTS


@pytest.mark.parametrize(
    "expression",
    [
        "copies > 5",
        "amount != null and amount > 1_000_000",
        "(amount ?? 0) >= 500000",
        'channel == "online" or urgent',
        'channel in ["online", "counter"] and note == "onlin" and channel != ""',
        "copies in [1..5] and copies not in (2..3]",
        "d(signed) > d('2026-01-01')",
        "d(signed).add('30d').isAfter(d('2026-01-01'))",
        "born == null or d(born).year() < 2010",
        'startsWith(applicant.name, "Nguyễn")',
        "sum(map(vehicles, #.value)) > 0",
        'some(vehicles, #.plate == "12A-000.01")',
        "not (copies == 1)",
        'note == null ? false : contains(note, "gấp")',
    ],
)
def test_conditions_that_may_be_published(expression: str):
    assert check(expression, FACTS, expects=Kind.BOOLEAN) == []


@pytest.mark.parametrize(
    ("expression", "message", "offset"),
    [
        ("amount > 5", "cannot be worked out", None),
        ('channel == "online" and amount > 5', "cannot be worked out", None),
        ("copy > 5", "“copy” is not a declared fact", 0),
        ('urgent and channel == "onlin"', '“channel” is never "onlin"', 11),
        ("'post' != channel", "“channel” is never 'post'", 0),
        ('channel not in ["counter", "kiosk"]', '“channel” is never "kiosk"', 0),
        ("urgent and applicant.nam == 'x'", "“applicant.nam” is not a declared fact", 11),
        ("some(vehicles, #.colour == 1)", "field “colour”", 17),
        ("sum(map([1..10000000], #)) > 1", "A range stands only", 10),
        ("len(filter([1..3], # > 1)) > 1", "A range stands only", 13),
        ("map([1..3, 5], #) == null", "A range stands only", 6),
        ("d() > d('2026-01-01')", "does not read the clock", 0),
        ("d(born) > d('2026-01-01')", "without a guard", 2),
        ("rand(6) > 3", "no function “rand”", 0),
        ("applicant.name.constructor()", "not a method", 15),
        ("copies = 5", "“=” is not understood", 7),
        ("`${copies}` == 'a'", "“`” is not understood", 0),
        ("{a: 1} == null", "“{” is not understood", 0),
        ("tuổi > 5", "“ổ” is not understood", 2),
        ("$nodes.a > 1", "“$nodes” is not used", 0),
        ("$root == null", "“$root” is not used", 0),
        ("# > 1", "“#” stands for a member", 0),
        ("copies >", "Not a ZEN expression", 8),
        ("copies 5", "Not a ZEN expression", None),
        ("", "Not a ZEN expression", 0),
        ("len(copies, 1) > 1", "Invalid number of arguments", None),
        ("(" * 40 + "urgent" + ")" * 40, "nested deeper", 24),
        ("urgent or " * 300 + "urgent", "longer than", None),
        ("-" * 401 + "1 > 0", "more than 400 parts", None),
        ("map(vehicles, map(vehicles, map(vehicles, 1)))", "two levels", 28),
    ],
)
def test_what_is_refused_and_where(expression: str, message: str, offset: int | None):
    problems = check(expression, FACTS)
    assert message in str(problems[0])
    if offset is not None:
        assert problems[0].offset == offset


def test_a_condition_must_give_true_or_false_in_every_case():
    assert "must be boolean" in check("urgent ? 1 : 2", FACTS, expects=Kind.BOOLEAN)[0].message
    assert "must be boolean" in check("note", FACTS, expects=Kind.BOOLEAN)[0].message
    assert check("copies * 8000", FACTS, expects=Kind.MONEY)[0].message.startswith("The result must be money")
    assert check("max([copies, 0])", {"copies": FactType(Kind.MONEY)}, expects=Kind.MONEY) == []


def test_a_literal_deep_in_the_expression_is_among_the_cases():
    """Only ``copies = 7`` reaches the faulty branch."""
    assert check("copies == 7 ? amount > 1 : true", FACTS)


def test_every_problem_says_where_and_what_to_do():
    problem = check("copy > 5", FACTS)[0].at(node="fee", row=2, column="c")
    assert str(problem).startswith("node fee, row 2, column c, offset 0: “copy” is not a declared fact. (Declared")
    assert str(Problem("Plain.")) == "Plain."


def test_values_come_back_as_they_went_in():
    assert evaluate("x", {"x": LARGEST_INTEGER}) == LARGEST_INTEGER
    assert evaluate("x + y", {"x": 1_500_000, "y": 2}) == 1_500_002
    assert isinstance(evaluate("x", {"x": 5.0}), int)
    assert evaluate("[x]", {"x": Decimal("0.5")}) == [0.5]
    assert evaluate("x", {"x": {"a": [1, None, True]}}) == {"a": [1, None, True]}
    assert evaluate("d(x).day()", {"x": date(2026, 11, 22)}) == 22
    assert evaluate("d(x).hour()", {"x": datetime(2026, 11, 22, 7, tzinfo=UTC)}) == 7


@pytest.mark.parametrize(
    "value",
    [
        LARGEST_INTEGER + 1,
        float("nan"),
        float("inf"),
        "x" * 100_001,
        [0] * 1_001,
        object(),
        [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]],
    ],
)
def test_facts_the_engine_would_change_or_choke_on_are_refused(value: object):
    with pytest.raises(RuleError):
        evaluate("x == null", {"x": value})


def test_run_time_errors_are_raised_never_swallowed():
    with pytest.raises(RuleError, match="Seen with amount = null"):
        evaluate("amount > 5", {"amount": None})
    with pytest.raises(RuleError, match="neither true nor false"):
        holds("amount", {"amount": 5})
    with pytest.raises(RuleError, match="range"):
        evaluate("map([1..10000000], #)", {})
    assert holds("amount > 5", {"amount": 6}) is True


def test_an_expression_made_in_one_thread_runs_in_another():
    evaluate("x + 41", {"x": 1})
    answers: list[Any] = []
    thread = Thread(target=lambda: answers.append(evaluate("x + 41", {"x": 1})))
    thread.start()
    thread.join()
    assert answers == [42]


def test_hostile_expressions_cost_little():
    start = process_time()
    for expression in (
        "[" * 2000,
        "(" * 1999 + "1",
        "not " * 499,
        "x." * 999 + "x",
        "1..2" * 499,
        '"' * 1999,
        "map(" * 499,
    ):
        assert check(expression, FACTS)
    assert process_time() - start < 2


@given(st.text(max_size=60) | st.text(alphabet="abx()[]<>=.,#$ '\"123+-*/?:!&|", max_size=60))
def test_any_text_is_answered_with_problems_or_nothing(text: str):
    assert all(isinstance(problem, Problem) for problem in check(text, FACTS))


@given(st.sampled_from(sorted(FACTS)))
def test_checked_comparisons_with_null_never_raise_afterwards(name: str):
    condition = f"{name} == null"
    assert check(condition, FACTS, expects=Kind.BOOLEAN) == []
    for case in cases({name: FACTS[name]}, limit=50):
        assert isinstance(holds(condition, case), bool)


def test_cases_are_all_combinations_or_an_even_repeatable_sample():
    facts = {f"f{at}": FactType(Kind.BOOLEAN, nullable=True) for at in range(3)}
    assert len(list(cases(facts, limit=100))) == 27
    many = {f"f{at}": FactType(Kind.BOOLEAN, nullable=True) for at in range(12)}
    sample = list(cases(many, limit=300))
    assert sample == list(cases(many, limit=300))
    assert all({case[name] for case in sample} == {None, True, False} for name in many)

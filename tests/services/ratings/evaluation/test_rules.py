"""The table of the evaluation: totals are computed, and rounded where people see them rounded."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from motcua.services.ratings.evaluation.rules import (
    CATEGORIES,
    Scheme,
    contacts,
    evaluate,
    shown,
    timeliness,
    together,
)
from motcua.services.ratings.evaluation.scheme import EVALUATION

SCHEME = EVALUATION.first
WHOLE = {
    "total_time": {"early": 3, "on_time": 1},
    "agency_time": {"early": 1},
    "contacts": {"none": 1},
    "agencies": {"2": 1},
    "organisation": {"2": 1},
    "publicity": {"1": 1},
    "attitude": {"2": 2, "0": 1},
    "petitions": {"on_time": 1, "late": 1},
    "online": {"0": 1},
}


def counts(indicator: Any) -> st.SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(CATEGORIES[indicator.source]), st.integers(0, 500))


ANYTHING = st.fixed_dictionaries({each.code: counts(each) for each in SCHEME.indicators})


def test_a_unit_gets_the_sum_of_nine_averages_and_its_class() -> None:
    result = evaluate(SCHEME, SCHEME.unit, WHOLE)
    assert [shown(line.score) for line in result.lines] == [
        "1,75", "2,00", "2,00", "2,00", "2,00", "1,00", "1,33", "1,50", "0,00",
    ]  # fmt: skip
    assert (result.total, result.best) == (Decimal("13.58"), 18)
    assert result.grade is not None
    assert result.grade.text == "Tốt"


def test_an_officer_gets_five_lines() -> None:
    result = evaluate(SCHEME, SCHEME.officer, WHOLE)
    assert [line.indicator.code for line in result.lines] == [
        "total_time", "agency_time", "contacts", "agencies", "attitude",
    ]  # fmt: skip
    assert (result.total, result.grade.text if result.grade else "") == (Decimal("9.08"), "Hoàn thành tốt nhiệm vụ")


def test_a_line_without_figures_leaves_the_class_open_unless_the_rules_say_its_worth() -> None:
    without_online = {code: found for code, found in WHOLE.items() if code != "online"}
    assert evaluate(SCHEME, SCHEME.unit, without_online).grade is None
    without_petitions = evaluate(SCHEME, SCHEME.unit, WHOLE | {"petitions": {}})
    assert without_petitions.grade is not None
    assert without_petitions.lines[7].score == 2


@pytest.mark.parametrize(
    ("points", "grade"),
    [("5.00", "Hoàn thành tốt nhiệm vụ"), ("4.99", "Hoàn thành nhiệm vụ"), ("3.50", "Hoàn thành nhiệm vụ"),
     ("3.49", "Không hoàn thành nhiệm vụ"), ("0.00", "Không hoàn thành nhiệm vụ")],
)  # fmt: skip
def test_the_class_follows_the_total_that_people_see(points: str, grade: str) -> None:
    hundredths = int(Decimal(points) * 100)  # of 1000: five lines of two points
    whole, rest = divmod(hundredths, 200)
    lines = [{"2": 1}] * whole + [{"2": rest, "0": 200 - rest}] + [{"0": 1}] * 5
    names = {"total_time": "early on_time late", "agency_time": "early on_time late", "contacts": "none once more"}
    found = {
        code: {
            names.get(code, "2 1 0").split()[2 - int(worth)]: count for worth, count in lines[place].items() if count
        }
        for place, code in enumerate(SCHEME.officer.indicators)
    }
    result = evaluate(SCHEME, SCHEME.officer, found)
    assert (result.total, result.grade.text if result.grade else "") == (Decimal(points), grade)


@given(found=ANYTHING)
def test_every_total_lies_between_nothing_and_the_best(found: dict[str, dict[str, int]]) -> None:
    for table in (SCHEME.unit, SCHEME.officer):
        result = evaluate(SCHEME, table, found)
        assert 0 <= result.total <= result.best
        assert (result.grade is None) == any(line.score is None for line in result.lines)


@given(found=ANYTHING)
def test_one_early_dossier_more_never_lowers_a_total(found: dict[str, dict[str, int]]) -> None:
    before = evaluate(SCHEME, SCHEME.unit, found).lines[0].score
    more = {**found, "total_time": found["total_time"] | {"early": found["total_time"].get("early", 0) + 1}}
    after = evaluate(SCHEME, SCHEME.unit, more).lines[0].score
    assert after is not None
    assert before is None or after >= before


@pytest.mark.parametrize(
    "fault",
    [
        lambda spec: spec["indicators"].pop(),
        lambda spec: spec["indicators"][0]["scale"].pop("late"),
        lambda spec: spec["indicators"][0]["scale"].update(never=3),
        lambda spec: spec["unit"]["classes"].reverse(),
        lambda spec: spec["unit"]["classes"].pop(),
        lambda spec: spec["indicators"].append(spec["indicators"][0]),
    ],
)
def test_a_table_that_cannot_work_is_refused(fault: Any) -> None:
    spec = SCHEME.model_dump(mode="json")
    fault(spec)
    with pytest.raises(ValidationError):
        Scheme.model_validate(spec)


def test_days_are_compared_and_steps_of_an_office_go_together() -> None:
    due = date(2026, 11, 27)
    assert [timeliness(date(2026, 11, day), due) for day in (26, 27, 28)] == ["early", "on_time", "late"]
    assert together(["early", "early"]) == "early"
    assert together(["early", "on_time"]) == "on_time"
    assert together(["early", "late"]) == "late"
    assert [contacts(number) for number in (0, 1, 2, 5)] == ["none", "once", "more", "more"]

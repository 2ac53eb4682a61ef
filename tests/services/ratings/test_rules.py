"""Questionnaires, what is a proper answer, and when one is taken."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from motcua.kernel.errors import Invalid, Refused
from motcua.services.ratings.questionnaires import QUESTIONNAIRE
from motcua.services.ratings.rules import (
    Machine,
    Questionnaire,
    Returned,
    check_time,
    closes,
    mean,
    percent,
    points_of,
    read_answers,
)

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
SHEET = QUESTIONNAIRE.first


def returned(**changed: Any) -> Returned:
    return Returned(**({"at": NOW, "closes_at": closes(NOW, SHEET), "method": "desk", "office": "a"} | changed))


def test_answers_are_the_values_of_options() -> None:
    typed = {"overall": "4", "attitude": " 2 ", "agencies": "0", "guidance": "", "anything": "7"}
    assert read_answers(SHEET, typed) == {"overall": 4, "attitude": 2, "agencies": 0}


@pytest.mark.parametrize("wrong", ["", "6", "-1", "4.0", "４", "x", "100"])
def test_every_question_without_a_proper_answer_is_named(wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_answers(SHEET, {"overall": wrong, "agencies": "0"})
    assert set(refused.value.errors) == {"overall", "attitude"}


def test_a_question_that_may_stay_empty_takes_no_nonsense() -> None:
    with pytest.raises(Invalid) as refused:
        read_answers(SHEET, {"overall": "5", "attitude": "3", "agencies": "0", "guidance": "9"})
    assert set(refused.value.errors) == {"guidance"}


def test_answers_give_points_for_the_indicators_of_the_evaluation() -> None:
    assert points_of(SHEET, {"overall": 1, "attitude": 3, "agencies": 2}) == {"attitude": 2, "agencies": 0}


def test_a_link_is_good_until_its_time_is_over() -> None:
    check_time(returned(), SHEET, machine=None, at=closes(NOW, SHEET) - timedelta(seconds=1))
    with pytest.raises(Refused, match="hết thời hạn"):
        check_time(returned(), SHEET, machine=None, at=closes(NOW, SHEET))


@pytest.mark.parametrize(
    ("changed", "machine", "minutes", "taken"),
    [
        ({}, Machine("kiosk", "a"), 59, True),
        ({}, Machine("kiosk", "a"), 61, False),
        ({}, Machine("kiosk", "b"), 5, False),
        ({"method": "post"}, Machine("kiosk", "a"), 5, False),
        ({"method": "online"}, Machine("kiosk", "a"), 5, False),
        ({"officer": "x"}, Machine("tablet", "a", "x"), 5, True),
        ({"officer": "x"}, Machine("tablet", "a", "y"), 5, False),
        ({"officer": "x"}, Machine("tablet", "b", "x"), 5, False),
        ({"officer": "x"}, Machine("tablet", "a"), 5, False),
        ({}, Machine("tablet", "a"), 5, False),
    ],
)
def test_a_machine_takes_answers_only_of_who_was_just_served_at_its_place(
    changed: dict[str, Any], machine: Machine, minutes: int, taken: bool
) -> None:
    at = NOW + timedelta(minutes=minutes)
    if taken:
        check_time(returned(**changed), SHEET, machine=machine, at=at)
        return
    with pytest.raises(Refused) as refused:
        check_time(returned(**changed), SHEET, machine=machine, at=at)
    assert refused.value.code == "not_here"


@pytest.mark.parametrize(
    "fault",
    [
        lambda spec: spec["questions"].pop(0),
        lambda spec: spec["questions"][0]["options"].pop(),
        lambda spec: spec["questions"][1]["options"][0].pop("points"),
        lambda spec: spec["questions"].append(spec["questions"][1]),
        lambda spec: spec["questions"][1]["options"][0].update(value=1),
        lambda spec: spec.update(colour="red"),
    ],
)
def test_a_questionnaire_that_cannot_work_is_refused(fault: Any) -> None:
    spec = SHEET.model_dump(mode="json")
    fault(spec)
    with pytest.raises(ValidationError):
        Questionnaire.model_validate(spec)


@given(whole=st.integers(1, 10_000), part=st.integers(0, 10_000))
def test_shares_are_rounded_half_up_and_exact_at_the_ends(whole: int, part: int) -> None:
    part = min(part, whole)
    value = float(percent(part, whole).removesuffix(" %").replace(",", "."))
    assert abs(value - 100 * part / whole) <= 0.05 + 1e-9
    assert (value == 100) == (part == whole) or part / whole >= 0.9995


def test_nothing_divided_by_nothing_is_a_dash() -> None:
    assert (percent(0, 0), mean(0, 0)) == ("–", "–")
    assert (percent(1, 8), mean(13, 3)) == ("12,5 %", "4,3")

"""Petitions: states, limits, competence, likeness, and what is never published."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from motcua.kernel.time.rules import Calendar
from motcua.services.petitions.models import Petition
from motcua.services.petitions.policy import PETITIONS
from motcua.services.petitions.rules import (
    ALIKE,
    ALLOWED,
    PetitionRules,
    Topic,
    alike,
    competent,
    likeness,
    metres,
    names_petitioner,
    seen,
    until,
)

FRIDAY = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)  # ten o'clock in Vietnam
LAMP = seen("Đèn đường ở ngõ 5 thôn Nà Mẫu hỏng đã hai tuần", unit="1", place="Ngõ 5")


def test_the_limits_that_ship_are_those_of_the_rules() -> None:
    limits = PETITIONS.first.limits
    assert (limits.refuse, limits.ask, limits.handle, limits.publish) == (2, 5, 15, 2)
    assert until(FRIDAY, limits.refuse, Calendar()) == FRIDAY + timedelta(days=4)


def test_every_act_is_allowed_in_states_that_there_are() -> None:
    assert set().union(*ALLOWED.values()) <= set(Petition.State.values)
    closed = {"refused", "merged"}
    assert not any(states & closed for states in ALLOWED.values())


def test_the_office_of_the_place_is_competent_unless_the_rules_name_another() -> None:
    topic = Topic(code="roads", text="Đường sá", to="commune", units={"06002": "H99.05"})
    assert competent(topic, "06001") == "commune"
    assert competent(topic, "06002") == "H99.05"
    assert competent(Topic(code="other", text="Khác"), "06001") == ""


@pytest.mark.parametrize(
    ("other", "is_alike"),
    [
        (seen("Hỏng đèn đường hai tuần nay tại ngõ 5 thôn Nà Mẫu", unit="1", place="ngo 5"), True),
        (seen("Den duong ngo 5 thon Na Mau hong", unit="1"), True),
        (seen("Rác thải không được thu gom trước chợ", unit="1", place="Chợ"), False),
        (seen("Đèn đường ở phố khác bị hỏng", unit="2", place="Phố Mới"), False),
    ],
)
def test_the_same_trouble_at_the_same_place_is_found(other: Any, is_alike: bool) -> None:
    assert (likeness(LAMP, other) >= ALIKE) is is_alike
    assert alike(LAMP, [("a", other)]) == (["a"] if is_alike else [])


def test_the_likest_come_first_and_at_most_five() -> None:
    others = [(str(number), seen("Đèn đường hỏng" + " xa" * number, unit="1", place="Ngõ 5")) for number in range(9)]
    found = alike(LAMP, others)
    assert len(found) <= 5
    assert likeness(LAMP, LAMP) == pytest.approx(1.0)


def test_distance_is_measured_on_the_earth() -> None:
    here = (21.853, 106.761)
    assert metres(here, here) == 0
    assert metres(here, (22.853, 106.761)) == pytest.approx(111_195, rel=0.001)
    near, far = seen("Đèn hỏng", at=here), seen("Đèn hỏng", at=(21.856, 106.761))
    assert likeness(near, far) == pytest.approx(1.0)
    assert likeness(near, seen("Đèn hỏng", at=(21.9, 106.761))) == pytest.approx(0.7)


WORDS = st.text("abcde ", max_size=40)


@given(one=WORDS, other=WORDS)
def test_likeness_is_the_same_both_ways_and_between_nothing_and_one(one: str, other: str) -> None:
    first, second = seen(one, unit="1"), seen(other, unit="1")
    assert likeness(first, second) == likeness(second, first)
    assert 0 <= likeness(first, second) <= 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bà Nguyễn Thị Kín phản ánh đèn hỏng", True),
        ("ba NGUYEN THI KIN phan anh", True),
        ("Liên hệ 0900.000.123", True),
        ("Gửi tới KIN@vidu.example", True),
        ("Đèn hỏng ở ngõ Kín", False),
        ("Số 123 ngõ 0900", False),
    ],
)
def test_a_text_that_says_who_asked_is_found_out(text: str, names: bool) -> None:
    found = names_petitioner(text, name="Nguyễn Thị Kín", phone="+84 900 000 123", email="kin@vidu.example")
    assert found is names


def test_a_name_of_one_word_forbids_no_words() -> None:
    assert not names_petitioner("Đèn ở ngõ Kín hỏng", name="Kín", phone="", email="")


@pytest.mark.parametrize(
    "fault",
    [
        lambda spec: spec["limits"].update(handle=0),
        lambda spec: spec["limits"].pop("ask"),
        lambda spec: spec["topics"].append(spec["topics"][0]),
        lambda spec: spec["topics"][0].update(code="Đường"),
    ],
)
def test_rules_that_cannot_work_are_refused(fault: Any) -> None:
    spec = PETITIONS.first.model_dump(mode="json")
    fault(spec)
    with pytest.raises(ValidationError):
        PetitionRules.model_validate(spec)

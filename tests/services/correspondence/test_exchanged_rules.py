"""What partners are told of which events, and which of their states are believed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.services.correspondence.rules import exchanged as rules

STATES = ("01", "02", "03", "04", "05", "06", "15", "16")


@pytest.mark.parametrize(
    ("kind", "told", "states"),
    [
        ("arrived", {}, ("01",)),
        ("sent_back", {"reason": "Không đúng nơi nhận"}, ("02",)),
        ("registered", {"number": 1}, ("03",)),
        ("noted", {"given": [{"office": "a", "officer": ""}]}, ("04",)),
        ("noted", {"given": [{"office": "a", "officer": "b"}]}, ("04", "05")),
        ("given", {}, ("05",)),
        ("finished", {}, ()),
        ("handled", {}, ("06",)),
        ("closed", {}, ("06",)),
        ("recalled", {}, ("13",)),
        ("recall_agreed", {}, ("15",)),
        ("recall_declined", {}, ("16",)),
        ("proposed", {}, ()),
    ],
)
def test_each_event_says_its_states(kind: str, told: dict[str, object], states: tuple[str, ...]) -> None:
    assert rules.statuses_of(f"correspondence.{kind}", told) == states


@given(st.lists(st.sampled_from(STATES), max_size=12))
def test_what_is_heard_late_or_again_changes_nothing(heard: list[str]) -> None:
    def after(states: list[str]) -> str:
        known = ""
        for state in states:
            known = state if rules.advances(known, state) else known
        return known

    assert after(heard) == after(sorted(heard)) == after(heard * 2)


def test_the_work_goes_forward_only_and_a_recall_ends_it() -> None:
    assert all(rules.advances(one, two) for one, two in [("", "01"), ("01", "03"), ("03", "06"), ("06", "15")])
    assert not rules.advances("06", "05")
    assert not rules.advances("15", "06")
    assert not rules.advances("01", "99")


def test_an_identifier_names_code_day_and_notation() -> None:
    assert rules.identifier("H99.01", date(2026, 11, 7), "05/QĐ-UBND") == "H99.01,2026/11/07,05/QĐ-UBND"


def test_types_are_known_by_their_names() -> None:
    types = [("cong_van", "Công văn"), ("quyet_dinh", "Quyết định")]
    assert rules.type_named("QUYẾT  ĐỊNH ", types) == "quyet_dinh"
    assert rules.type_named("Giấy khác", types) == ""


def test_marks_of_circulation_are_known_by_their_words() -> None:
    assert rules.circulation_named("LƯU HÀNH  NỘI BỘ") == "internal"
    assert rules.circulation_named("Phạm vi: Xem xong trả lại.") == "return"
    assert rules.circulation_named("Toàn tỉnh") == rules.circulation_named("") == ""

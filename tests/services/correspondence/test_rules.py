"""The pure rules of documents that came in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.services.correspondence.models import IncomingDocument
from motcua.services.correspondence.rules import incoming as rules
from motcua.services.correspondence.types import DOCUMENT_TYPES


@pytest.mark.parametrize("mark", ["Mật", "TỐI MẬT", " tuyệt mật ", "(Mật)"])
def test_marks_of_secrecy_are_known(mark: str) -> None:
    assert rules.is_secret(mark)


@pytest.mark.parametrize("mark", ["", "Thường", "Bảo mật thông tin", "Khẩn", "mật ong"])
def test_other_words_are_none(mark: str) -> None:
    assert not rules.is_secret(mark)


def test_a_mark_of_secrecy_stands_at_the_top_in_capitals() -> None:
    head = ["ỦY BAN NHÂN DÂN", "TỐI MẬT", "Số: 01/QĐ-UBND"]
    assert rules.bears_secret_mark(head)
    for text in (["Mật"], ["Độ mật: TỐI MẬT của tài liệu"], [*["Nội dung"] * rules.HEAD, "MẬT"]):
        assert not rules.bears_secret_mark(text)


@given(st.integers(1, 999), st.integers(0, 3), st.sampled_from(["QĐ-UBND", "SXD-QLN", "BC-VP"]))
def test_notations_are_the_same_however_they_are_typed(number: int, zeros: int, rest: str) -> None:
    typed = f" {'0' * zeros}{number} / {rest.lower()} ".replace("-", "–" if number % 2 else "-")
    assert rules.notation_key(typed) == rules.notation_key(f"{number}/{rest}")
    assert rules.notation_key(typed) != rules.notation_key(f"{number + 1}/{rest}")


@given(st.lists(st.sampled_from(["lead", "support", "information"]), max_size=6))
def test_one_leads_or_all_only_take_note(parts: list[str]) -> None:
    fits = parts.count("lead") == 1 or (bool(parts) and set(parts) == {"information"})
    assert (rules.wrong_parts(parts) == "") is fits
    assert rules.is_finished(parts) is (not {"lead", "support"} & set(parts))


def test_nothing_is_done_to_what_was_sent_back() -> None:
    acts = {
        state: {act for act in rules.STATES if rules.allows(state, act)} for state in IncomingDocument.State.values
    }
    assert acts["sent_back"] == acts["recalled"] == set()
    assert acts["arrived"] == {"register", "send_back", "agree_recall", "decline_recall"}
    assert acts["done"] == {  # who only takes note
        "amend", "answer", "copy", "stamp", "take_up", "finish", "agree_recall", "decline_recall",
    }  # fmt: skip


def test_the_decree_knows_29_types() -> None:
    types = DOCUMENT_TYPES.first.types
    assert len(types) == 29
    assert {each.code for each in types if not each.abbreviation} == {"cong_van", "thu_cong"}
    assert len({each.abbreviation for each in types if each.abbreviation}) == 27

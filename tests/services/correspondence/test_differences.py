"""Differences of two texts: nothing invented, nothing lost, words where words will do, bounded where they will not."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from motcua.kernel.blobs.actions import store_bytes
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.actions.outgoing import Draft
from motcua.services.correspondence.rules import differences as rules
from motcua.services.correspondence.rules.differences import ADDED, CHANGED, LEFT_OUT, REMOVED, SAME, Piece, compare
from motcua.services.correspondence.word import DOCX, word_of
from tests.factories import sign_in
from tests.services.correspondence.factories import make_agency
from tests.services.correspondence.outgoing_factories import drafted, facts
from tests.services.correspondence.test_editing import DATA

TEXTS = st.lists(st.text("ab ,", max_size=8), max_size=6)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(before: list[str], after: list[str]) -> None:
    found = compare(before, after)
    for texts, left_out, own in ((before, ADDED, REMOVED), (after, REMOVED, ADDED)):
        there = [each for each in found.paragraphs if each.kind in (SAME, CHANGED, own)]
        assert ["".join(part.text for part in each.pieces if part.kind != left_out) for each in there] == texts
    assert found.none == (before == after)


def test_a_changed_word_is_a_word() -> None:
    before = ["Điều 1. Ban hành quy chế.", "Điều 2. Có hiệu lực từ ngày 01 tháng 7.", "Điều 3. Thi hành."]
    after = [before[0], "Điều 1a. Hoàn toàn khác hẳn.", "Điều 2. Có hiệu lực từ ngày 15 tháng 7.", before[2]]
    found = compare(before, after)
    assert [each.kind for each in found.paragraphs] == [SAME, ADDED, CHANGED, SAME]
    changed = [part for part in found.paragraphs[2].pieces if part.kind != SAME]
    assert changed == [Piece(REMOVED, "01"), Piece(ADDED, "15")]


def test_what_is_unchanged_is_left_out_but_for_the_neighbours() -> None:
    before = [f"Đoạn {number}" for number in range(10)]
    after = [*before[:5], "Một đoạn không giống gì", *before[6:]]
    kinds = [each.kind for each in rules.shown(compare(before, after))]
    assert kinds == [LEFT_OUT, SAME, REMOVED, ADDED, SAME, LEFT_OUT]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["a"] * 30_000 + ["b"], ["b"] + ["a"] * 20_000),
        ([f"{number}" for number in range(9_000)], [f"x{number}" for number in range(9_000)]),
        (["a b " * 7_000], ["b a " * 7_000]),
    ],
)
def test_what_is_too_much_is_told_as_a_whole(before: list[str], after: list[str]) -> None:
    found = compare(before, after)
    assert found.coarse
    assert CHANGED not in {each.kind for each in found.paragraphs}


@pytest.mark.django_db
def test_the_page_reads_word_files_with_their_tables(client: Client) -> None:
    agency = make_agency()
    document, by = drafted(agency), agency.actor(agency.first)
    for recipient, text in (("Sở Xây dựng", "Sửa trong tuần này."), ("Sở Tài chính", "Sửa trong tháng này.")):
        content = word_of(
            {**DATA, "paragraphs": [text], "recipients": [recipient]}, mark="QĐ-UBND", signer=("Chủ tịch", "Mẫu")
        )
        file = store_bytes(content, name="du-thao.docx", media_type=DOCX, by=None)
        actions.write(document.pk, facts(agency), Draft(text=text, source=file.pk), by=by)
    sign_in(client, agency.first)

    def page(version: int, query: str = "") -> str:
        address = reverse("correspondence:differences", args=[document.pk, version])
        return client.get(address + query).content.decode()

    shown = page(3)
    assert [unescape(words) for words in re.findall("<del><span[^>]*>[^<]*</span>([^<]*)<", shown)] == [
        "tuần",
        "Xây dựng",
    ]
    assert [unescape(words) for words in re.findall("<ins><span[^>]*>[^<]*</span>([^<]*)<", shown)] == [
        "tháng",
        "Tài chính",
    ]
    assert "Đèn đường" in page(2)  # the first version was typed: texts are compared
    assert "Đèn đường" in page(3, "?with=1")
    assert "không thay đổi" in page(3, "?with=3")
    assert client.get(reverse("correspondence:differences", args=[document.pk, 3]) + "?with=9").status_code == 404

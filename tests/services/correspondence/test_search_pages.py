"""The page that finds documents, what it keeps and exports; registers as sheets; who opened a document."""

import re
from io import BytesIO
from typing import Any

import docx
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from motcua.kernel.events.models import AccessRecord
from motcua.services.correspondence import subscribers
from motcua.services.correspondence.models import IncomingDocument, SavedSearch
from motcua.services.correspondence.pages import books, finding
from motcua.services.correspondence.searching import finding as asking
from tests.factories import sign_in
from tests.services.correspondence.factories import SUBJECT, Agency, given, make_agency, registered
from tests.services.correspondence.outgoing_factories import handed_in
from tests.services.correspondence.test_pages import text_in
from tests.services.correspondence.test_search import heard, locked

pytestmark = pytest.mark.django_db
SEARCH = "/desk/documents/search/"


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def shown(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("many", [1, 12])
def test_the_page_asks_a_set_number_of_statements(client: Client, agency: Agency, many: int) -> None:
    for _turn in range(many):
        registered(agency)
        handed_in(agency)
    heard()
    sign_in(client, agency.clerk)
    asked = {}
    for name, query in (
        ("nothing", ""),
        ("words", "q=den"),
        ("number", "q=125"),
        ("no number", "q=999"),
        ("none", "q=xyz"),
    ):
        with CaptureQueriesContext(connection) as statements:
            assert client.get(f"{SEARCH}?{query}").status_code == 200
        asked[name] = len(statements)
    assert asked == {"nothing": 6, "words": 12, "number": 11, "no number": 14, "none": 10}


def test_pages_of_what_was_found_lead_on_and_back(client: Client, agency: Agency) -> None:
    for turn in range(35):
        registered(agency, subject=f"Đèn {turn:02}")
    heard()
    sign_in(client, agency.clerk)
    first = client.get(SEARCH, {"q": "đèn"})
    assert "Tìm thấy 35 văn bản" in shown(first)
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert following is not None
    second = client.get(SEARCH + following[1].replace("&amp;", "&"))
    numbers = [re.findall(r"Đèn (\d\d)<", page.content.decode()) for page in (first, second)]
    assert numbers[0] + numbers[1] == [f"{turn:02}" for turn in reversed(range(35))]
    back = re.search(r'rel="prev" href="([^"]+)"', second.content.decode())
    assert back is not None
    assert (
        re.findall(r"Đèn (\d\d)<", client.get(SEARCH + back[1].replace("&amp;", "&")).content.decode()) == numbers[0]
    )
    assert client.get(SEARCH, {"q": "đèn", "cursor": "x"}).status_code == 422


def test_what_is_wrong_in_the_form_is_said_beside_it(client: Client, agency: Agency) -> None:
    sign_in(client, agency.clerk)
    for query, field in (
        ({"first": "x"}, "first"),
        ({"last": "0001-01-01"}, "last"),
        ({"first": "2026-02-01", "last": "2026-01-01"}, "last"),
    ):
        page = client.get(SEARCH, query)
        assert page.status_code == 422
        assert f'id="{field}-error"' in page.content.decode()
    odd = {"unit": "x", "urgency": "99", "state": "in.x", "direction": "'", "type": "'", "q": "'"}
    assert client.get(SEARCH, odd).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_says_what_to_do(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in(client, make_agency().clerk)
    monkeypatch.setattr(asking, "SECONDS", 0.05)
    with locked("correspondence_searchentry"):
        page = client.get(SEARCH, {"q": "đèn"})
    assert page.status_code == 422
    assert "Hãy chọn kỳ ngắn hơn" in shown(page)
    assert 'value="đèn"' in page.content.decode()


def test_what_was_found_is_exported_within_bounds_and_nothing_of_others(
    client: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(agency, subject="=HYPERLINK(1) đèn")
    handed_in(agency)
    registered(make_agency("Ủy ban nhân dân xã Khác"), subject="Đèn nơi khác")
    heard()
    sign_in(client, agency.clerk)
    sheet = client.get(reverse("correspondence:search-sheet"), {"q": "đèn"})
    rows = [list(row) for row in load_workbook(BytesIO(sheet.getvalue())).active.values]
    assert [row[1] for row in rows] == ["Đến/đi", "Đi", "Đến"]
    assert rows[2][6] == "'=HYPERLINK(1) đèn"
    word = docx.Document(BytesIO(client.get(reverse("correspondence:search-word"), {"q": "đèn"}).getvalue()))
    (table,) = word.tables
    assert [[cell.text for cell in row.cells][1:2] for row in table.rows] == [[row[1]] for row in rows]
    assert table.cell(2, 6).text == "=HYPERLINK(1) đèn"
    assert word.paragraphs[1].text == "KẾT QUẢ TÌM KIẾM VĂN BẢN"
    monkeypatch.setattr(finding, "MOST_ROWS_IN_WORD", 1)
    assert client.get(reverse("correspondence:search-word"), {"q": "đèn"}).status_code == 422
    text = text_in(client.get(reverse("correspondence:search-print"), {"q": "đèn"}).getvalue())
    assert "KẾT QUẢ TÌM KIẾM VĂN BẢN" in text
    assert "nơi khác" not in text
    monkeypatch.setattr(finding, "MOST_ROWS_ON_SHEET", 1)
    assert client.get(reverse("correspondence:search-sheet"), {"q": "đèn"}).status_code == 422


def test_a_search_is_kept_asked_again_and_removed(client: Client, agency: Agency) -> None:
    registered(agency)
    heard()
    sign_in(client, agency.clerk)
    asked = {"q": "đèn đường", "type": "cong_van"}
    refused = client.post(reverse("correspondence:search-save"), asked | {"name": "đ" * 81})
    assert refused.status_code == 422
    assert "đ" * 81 in refused.content.decode()
    client.post(reverse("correspondence:search-save"), asked | {"name": "Đèn"})
    kept = SavedSearch.objects.get()
    page = client.get(SEARCH).content.decode()
    link = re.search(r'href="([^"]+)">Đèn</a>', page)
    assert link is not None
    assert SUBJECT in client.get(link[1].replace("&amp;", "&")).content.decode()
    sign_in(client, agency.leader)
    assert "Đèn</a>" not in client.get(SEARCH).content.decode()
    remove = reverse("correspondence:search-remove", args=[kept.pk])
    assert client.post(remove).status_code == 404
    sign_in(client, agency.clerk)
    assert client.post(remove).status_code == 302
    assert not SavedSearch.objects.exists()


def test_a_register_is_written_to_a_sheet_within_bounds(
    client: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _turn in range(2):
        registered(agency)
    sign_in(client, agency.clerk)
    url = reverse("correspondence:book-sheet", args=["incoming"])
    monkeypatch.setattr(books, "MOST_ROWS_ON_SHEET", 2)
    assert len(list(load_workbook(BytesIO(client.get(url).getvalue())).active.values)) == 3
    monkeypatch.setattr(books, "MOST_ROWS_ON_SHEET", 1)
    refused = client.get(url)
    assert refused.status_code == 422
    assert "hãy chọn kỳ ngắn hơn" in shown(refused)


def test_who_opened_a_document_is_kept_and_shown_to_whoever_answers_for_the_register(
    client: Client, agency: Agency
) -> None:
    task = given(agency)
    document = IncomingDocument.objects.get(pk=task.document_id)
    page = reverse("correspondence:document", args=[document.pk])
    history = reverse("correspondence:incoming-opened", args=[document.pk])
    sign_in(client, agency.first)
    for _turn in range(2):
        assert history not in client.get(page).content.decode()
    client.get(reverse("correspondence:document-file", args=[document.pk, document.files.get().pk])).getvalue()
    assert client.get(history).status_code == 403
    sign_in(client, agency.clerk)
    assert history in client.get(page).content.decode()
    told = shown(client.get(history))
    assert "Đã mở 3 lượt, 2 người." in told
    assert told.count("Phạm Văn Mẫu Một") == 2
    sign_in(client, agency.second)
    assert client.get(page).status_code == client.get(history).status_code == 404
    assert not AccessRecord.objects.filter(who=agency.second.pk).exists()


def test_openings_of_what_goes_out_are_kept_too(client: Client, agency: Agency) -> None:
    document = handed_in(agency, annex=True)
    sign_in(client, agency.head)
    client.get(reverse("correspondence:sending", args=[document.pk]))
    for name, *more in (("sending-file",), ("annex-file", document.annexes.get().pk), ("version-file", 1)):
        client.get(reverse(f"correspondence:{name}", args=[document.pk, *more])).getvalue()
    kinds = AccessRecord.objects.filter(whose=document.pk, who=agency.head.pk).order_by("purpose")
    assert list(kinds.values_list("purpose", flat=True)) == ["document", "document_file"]
    assert "Lê Thị Mẫu Trưởng" in shown(client.get(reverse("correspondence:outgoing-opened", args=[document.pk])))


def test_search_hears_of_a_document_and_has_its_file_read_once(agency: Agency) -> None:
    registered(agency)
    registered(agency)
    heard()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%correspondence%%read_contents'"
        )
        assert cursor.fetchone() == (1,)
    assert subscribers.index([]) is None

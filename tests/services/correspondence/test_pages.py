"""The pages of documents that come in: forms, lists, registers, slip; statement counts."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from motcua.people.accounts.models import Account
from motcua.services.correspondence import actions as incoming
from motcua.services.correspondence.actions import Given
from motcua.services.correspondence.actions import outgoing as actions
from motcua.services.correspondence.models import Assignment, IncomingDocument, IncomingFile
from tests.coming_back import overtaken
from tests.factories import make_office, make_officer, sign_in
from tests.poppler import poppler
from tests.services.correspondence.factories import SUBJECT, Agency, given, make_agency, noted, registered
from tests.services.correspondence.outgoing_factories import drafted, handed_in

pytestmark = pytest.mark.django_db
FORM = {
    "channel": "scan", "type": "cong_van", "notation": "125/SXD-QLN", "subject": SUBJECT, "urgency": "1",
    "sender": "Sở Xây dựng tỉnh Mẫu", "document_date": "2026-11-20", "secrecy": "", "circulation": "",
}  # fmt: skip


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def text_in(pdf: bytes) -> str:
    return " ".join(poppler("pdftotext", "-layout", "-", "-", stdin=pdf).split())


def at_fault(response: Any) -> set[str]:
    return set(re.findall(r'id="(\w+)-error"', response.content.decode()))


def kept_by(response: Any) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', response.content.decode())
    assert found is not None
    return found[1]


def signed(client: Client, account: Account) -> Client:
    return sign_in(client, account)


def test_the_clerk_registers_and_is_warned_of_duplicates_without_losing_files(client: Client, agency: Agency) -> None:
    signed(client, agency.clerk)
    url, office = reverse("correspondence:new"), {"office": str(agency.office.pk)}
    wrong = client.post(url, FORM | office | {"subject": "", "document_date": "x"})
    assert wrong.status_code == 422
    assert at_fault(wrong) == {"document_date"}
    client.post(url, FORM | office)
    first = IncomingDocument.objects.get()
    assert (first.number, first.urgency, first.state) == (1, 1, "registered")
    file = SimpleUploadedFile("cong-van.pdf", b"%PDF-1.4\n%%EOF")
    shown = client.post(url, FORM | office | {"files": file})
    assert "Có thể trùng" in shown.content.decode()
    assert IncomingDocument.objects.count() == 1
    client.post(url, FORM | office | {"kept": kept_by(shown), "again": "1"})
    second = IncomingDocument.objects.get(number=2)
    assert IncomingFile.objects.get(document=second).file.name == "cong-van.pdf"
    secret = client.post(url, FORM | office | {"secrecy": "Mật", "notation": "1/A"})
    assert at_fault(secret) == {"secrecy"}


def test_a_note_is_written_given_on_and_finished_by_forms(client: Client, agency: Agency) -> None:
    document = registered(agency)
    page = reverse("correspondence:document", args=[document.pk])
    signed(client, agency.leader)
    act = reverse("correspondence:act", args=[document.pk, "note"])
    assert "Hãy chọn ít nhất một đơn vị hoặc cán bộ." in client.post(act, {"text": "x"}).content.decode()
    due = (timezone.localdate() + timedelta(days=2)).isoformat()
    client.post(act, {"text": "Trả lời", "due_on": due, f"part-{agency.unit.pk}": "lead"})
    unit = Assignment.objects.get()
    assert str(unit.due_on) == due
    signed(client, agency.head)
    give = reverse("correspondence:task-act", args=[document.pk, "give", unit.pk])
    client.post(give, {"text": "Làm", "due_on": due, f"part-{agency.unit.pk}.{agency.first.pk}": "lead"})
    task = Assignment.objects.get(officer=agency.first)
    signed(client, agency.first)
    assert "Làm" in (shown := client.get(page).content.decode())
    assert shown.count("Chưa quét vi-rút") == 1
    finish = reverse("correspondence:task-act", args=[document.pk, "finish", task.pk])
    assert client.post(finish, {"text": ""}).status_code == 422
    assert client.post(finish, {"text": "Đã trả lời bằng điện thoại"}).status_code == 302
    assert IncomingDocument.objects.get().state == "done"
    assert client.get(finish).status_code == 403


@pytest.mark.parametrize("many", [1, 12])
def test_pages_ask_a_set_number_of_statements(client: Client, agency: Agency, many: int) -> None:
    tasks = [given(agency) for _turn in range(many)]
    for _turn in range(many):
        registered(agency)
    asked = {}
    for name, account, url in (
        ("clerk", agency.clerk, reverse("correspondence:incoming")),
        ("leader", agency.leader, reverse("correspondence:incoming") + "?filter=units"),
        ("officer", agency.first, reverse("correspondence:incoming")),
        ("document", agency.first, reverse("correspondence:document", args=[tasks[0].document_id])),
        ("book", agency.clerk, reverse("correspondence:book", args=["incoming"])),
        ("search", agency.clerk, reverse("correspondence:search") + "?q=den"),
    ):
        signed(client, account)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        asked[name] = len(found)
    assert asked == {"clerk": 6, "leader": 7, "officer": 6, "document": 17, "book": 7, "search": 10}


def test_counts_agree_with_their_lists(client: Client, agency: Agency) -> None:
    day = timezone.localdate()
    late = noted(agency, due_on=day)
    Assignment.objects.filter(pk=late.pk).update(sort_due=day - timedelta(days=1), due_on=day - timedelta(days=1))
    noted(agency, due_on=day + timedelta(days=9))
    signed(client, agency.head)
    for chosen, number in {"todo": 2, "overdue": 1, "note": 0, "units": 2}.items():
        found = client.get(reverse("correspondence:incoming"), {"filter": chosen}).content.decode()
        current = r'mc-tabs__link" href="[^"]*" aria-current="page">[^<]+(?:<span class="mc-count[^>]*>(\d+))?'
        tab = re.search(current, found)
        assert tab is not None
        assert (found.count(SUBJECT), int(tab[1] or 0)) == (number, number), chosen
    assert "Quá hạn" in client.get(reverse("site:desk")).content.decode()


def test_registers_are_shown_printed_and_written_to_a_sheet(client: Client, agency: Agency) -> None:
    given(agency, subject="=HYPERLINK(1)")
    signed(client, agency.clerk)
    for book in ("incoming", "handling"):
        url = reverse("correspondence:book", args=[book])
        assert "Phòng Kinh tế" in client.get(url).content.decode()
        assert client.get(url, {"first": "2026-11-02", "last": "2026-11-01"}).status_code == 422
        pdf = client.get(reverse("correspondence:book-pdf", args=[book]))
        assert "HYPERLINK" in text_in(pdf.getvalue()) or book == "handling"
        sheet = load_workbook(BytesIO(client.get(reverse("correspondence:book-sheet", args=[book])).getvalue())).active
        rows = [list(row) for row in sheet.values]
        assert len(rows) == 2
        assert len(rows[0]) == {"incoming": 10, "handling": 7}[book]
        assert all(not str(cell).startswith("=") for cell in rows[1])


def test_the_slip_says_who_decided_what(client: Client, agency: Agency) -> None:
    task = given(agency)
    signed(client, agency.first)
    text = text_in(client.get(reverse("correspondence:slip", args=[task.document_id])).getvalue())
    for part in (
        "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN",
        "Giao phòng tham mưu.",
        "Chủ trì",
        "Phạm Văn Mẫu Một",
        "Soạn trả lời",
    ):
        assert part in text, part


def test_opinions_are_asked_of_all_units_in_a_set_number_of_statements(client: Client, agency: Agency) -> None:
    url = reverse("correspondence:sending-act", args=[drafted(agency).pk, "ask_opinions"])
    signed(client, agency.first)
    asked = []
    for name in ("Mẫu Ba", "Mẫu Bốn"):
        unit = make_office(kind="division", level="commune", parent=agency.office, receives=False)
        make_officer(office=unit, name=name)
        with CaptureQueriesContext(connection) as found:
            assert name in client.get(url).content.decode()
        asked.append(len(found))
    assert asked[0] == asked[1]


def test_an_annex_is_taken_off_a_draft_and_of_nothing_else(client: Client, agency: Agency) -> None:
    document = drafted(agency, annex=True)
    page = reverse("correspondence:sending", args=[document.pk])
    remove = reverse("correspondence:annex-remove", args=[document.pk, document.annexes.get().pk])
    signed(client, agency.first)
    shown = client.get(page).content.decode()
    assert f'action="{remove}"' in shown
    assert shown.count("Chưa quét vi-rút") == 2, "the annex and the version of the draft"
    assert client.post(remove).status_code == 302
    assert not document.annexes.exists()
    late = handed_in(agency, annex=True)
    remove = reverse("correspondence:annex-remove", args=[late.pk, late.annexes.get().pk])
    assert f'action="{remove}"' not in client.get(reverse("correspondence:sending", args=[late.pk])).content.decode()
    assert client.post(remove).status_code == 403


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "x"])
def test_a_book_is_asked_for_days_that_there_are(client: Client, agency: Agency, day: str) -> None:
    signed(client, agency.clerk)
    url = reverse("correspondence:book", args=["incoming"])
    assert client.get(url, {"first": day, "last": day}).status_code == 422


def test_a_version_is_not_written_over_one_that_was_not_seen(client: Client, agency: Agency) -> None:
    document = drafted(agency)
    signed(client, agency.first)
    url = reverse("correspondence:write", args=[document.pk])
    facts = {"type": document.type, "mark": document.mark, "subject": document.subject, "urgency": "0"}
    facts |= {"signer": str(document.signer_id), "archive": "VT", "seen": hidden(client.get(url), "seen")}
    assert client.post(url, facts | {"text": "Bản thứ hai."}).status_code == 302
    late = client.post(url, facts | {"text": "Bản của cửa sổ cũ."})
    shown = late.content.decode()
    assert (late.status_code, "Bản của cửa sổ cũ." in shown) == (409, True)
    assert f"({agency.first.display_name}, " in shown
    assert document.versions.count() == 2
    seen_since = facts | {"text": "Bản thứ ba.", "seen": hidden(late, "seen")}
    assert client.post(url, seen_since).status_code == 302
    actions.discard(document.pk, reason="Không cần nữa", by=agency.actor(agency.first))
    over = client.post(url, seen_since | {"text": "Bản thứ tư."})
    assert over.status_code == 403
    for text in ("Việc gần nhất: ", "Bản thứ tư."):
        assert text in over.content.decode()
    remove = reverse("correspondence:recipient-remove", args=[document.pk, document.recipients.get().pk])
    refused = client.post(remove, {"reason": "Gửi nhầm nơi."})
    assert (refused.status_code, "Gửi nhầm nơi." in refused.content.decode()) == (403, True)


def test_a_form_that_was_refused_does_not_pass_over_what_it_has_not_shown(client: Client, agency: Agency) -> None:
    unit, sending = noted(agency), drafted(agency)
    document = unit.document

    def noted_again() -> None:
        only = [Given(office=agency.unit.pk, officer=agency.second.pk, part="information")]
        incoming.note(document.pk, text="Để biết.", given=only, by=agency.actor(agency.leader))

    def asked() -> None:
        by = agency.actor(agency.first)
        actions.ask_opinions(sending.pk, officers=[agency.second.pk], in_turn=False, by=by)

    said, reading = {"wrong": {"text": ""}, "right": {"text": "Đã xong."}}, '"correspondence_incomingdocument"."state"'
    signed(client, agency.head)
    finish = reverse("correspondence:task-act", args=[document.pk, "finish", unit.pk])
    overtaken(client, finish, noted_again, **said, reading=reading)
    document = registered(agency, notation="126/SXD-QLN")
    signed(client, agency.leader)
    overtaken(client, act_on(document, "close"), noted_again, **said, reading=reading)

    reading = '"correspondence_outgoingdocument"."subject"'
    signed(client, agency.first)
    facts = {"type": sending.type, "mark": sending.mark, "urgency": "0", "signer": str(sending.signer_id)}
    new = facts | {"archive": "VT", "subject": sending.subject, "text": "Bản thứ hai."}
    write = reverse("correspondence:write", args=[sending.pk])
    overtaken(client, write, asked, wrong=new | {"subject": ""}, right=new, reading=reading)
    discard = reverse("correspondence:sending-act", args=[sending.pk, "discard"])
    overtaken(client, discard, asked, **said, reading=reading)


def act_on(document: IncomingDocument, name: str) -> str:
    return reverse("correspondence:act", args=[document.pk, name])


def test_a_document_is_registered_once_however_often_the_form_is_sent(client: Client, agency: Agency) -> None:
    signed(client, agency.clerk)
    new = reverse("correspondence:new")
    once = {"office": str(agency.office.pk), "once": hidden(client.get(new), "once"), "again": "1"}
    first, second = (client.post(new, FORM | once) for _press in range(2))
    document = IncomingDocument.objects.get()
    assert first["Location"] == second["Location"] == reverse("correspondence:document", args=[document.pk])
    other = client.post(new, FORM | once | {"subject": "Việc khác"})
    assert (other.status_code, "Việc khác" in other.content.decode()) == (409, True)
    assert IncomingDocument.objects.count() == 1


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', response.content.decode())
    assert found is not None
    return found[1]

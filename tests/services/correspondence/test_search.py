"""Search over documents: what is found by what, in which order, and by nobody who may not see it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import docx
import pytest
from click.testing import CliRunner
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.rendering.reader import DOCX
from motcua.kernel.blobs.actions import store_bytes
from motcua.kernel.errors import NotFound, Refused
from motcua.kernel.events.models import Event
from motcua.people.accounts.models import Account
from motcua.services.correspondence import access, actions, cli, jobs, queries, searching, subscribers
from motcua.services.correspondence.actions import Given, outgoing, searches
from motcua.services.correspondence.models import (
    Assignment,
    FileText,
    IncomingDocument,
    IncomingFile,
    OutgoingDocument,
    Recipient,
    SearchEntry,
)
from motcua.services.correspondence.rules.search import Wanted, register_token
from motcua.services.correspondence.searching import Hit, Place, entries, finding
from tests.factories import sign_in
from tests.services.correspondence.factories import Agency, arrival, desk, given, make_agency, noted, registered
from tests.services.correspondence.outgoing_factories import annex_pdf, drafted, handed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def heard(*, read: bool = False) -> None:
    """Search has heard of all that happened, and perhaps read all files."""
    subscribers.index(list(Event.objects.filter(kind__startswith="correspondence.").order_by("position")))
    for text in FileText.objects.filter(state="waiting").order_by("pk") if read else ():
        searching.read_contents(text.pk)


def found(account: Account, text: str = "", *, most: int = 30, **wanted: Any) -> list[UUID]:
    return [hit.document for hit in searching.search(desk(account), Wanted(text=text, **wanted), most=most).hits]


def with_files(agency: Agency, *files: tuple[bytes, str], **changed: Any) -> IncomingDocument:
    stored = [store_bytes(content, name="tep", media_type=kind, by=None).pk for content, kind in files]
    told = arrival(files=stored, **changed)
    return actions.register_at_once(told, office=agency.office.pk, channel="scan", by=agency.actor(agency.clerk))


@contextmanager
def locked(table: str) -> Iterator[None]:
    """Nobody else reads the table meanwhile."""
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        other.rollback()
        other.close()


def word_file(*paragraphs: str, cell: str = "") -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.add_table(1, 1).cell(0, 0).text = cell
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def test_a_document_is_found_by_any_of_its_words_with_and_without_accents(agency: Agency) -> None:
    task = given(agency)
    heard()
    for account in (agency.clerk, agency.leader, agency.head, agency.first):
        for text in ("den duong", "ĐÈN đường rà soát", "xây dựng", '"rà soát đèn"', "“Rà soát đèn”", "giao phòng"):
            assert found(account, text) == [task.document_id], (account, text)
        for text in ("cầu đường", '"đèn rà soát"', "giao phòng đèn sách", '"địa bàn sở"'):
            assert found(account, text) == [], text
    assert found(agency.clerk, "giao phòng", in_fields=True) == []
    assert found(agency.clerk, '"rà soát" đèn', in_fields=True) == [task.document_id]
    assert found(agency.clerk, '"soát rà"', in_fields=True) == []


def test_what_files_say_is_found_once_they_are_read(agency: Agency) -> None:
    word = (word_file("Kinh phí thắp sáng", cell="Bóng đèn hỏng"), DOCX)
    document = with_files(agency, (annex_pdf(), "application/pdf"), word, subject="Gửi kèm", notation="1/A")
    assert found(agency.clerk, "phụ lục") == []
    heard(read=True)
    for text in ("PHỤ LỤC", '"kinh phí thắp sáng"', "bong den hong", "gửi phụ lục hỏng"):
        assert found(agency.clerk, text) == [document.pk], text
    for text in ('"kèm phụ lục"', '"sáng gửi"', '"lục kinh phí"'):  # a phrase does not reach into the next part
        assert found(agency.clerk, text) == [], text
    assert found(agency.clerk, "phụ lục", in_fields=True) == []


def test_a_content_is_read_once_and_what_cannot_be_read_hurts_nobody(agency: Agency) -> None:
    bad = [(b"%PDF-1.7 broken", "application/pdf"), (b"PK\x03\x04 no word", DOCX), (b"x", "image/png")]
    with_files(agency, *bad)
    with_files(agency, *bad)
    heard(read=True)
    assert list(FileText.objects.order_by("pk").values_list("state", flat=True)) == ["unreadable"] * 2
    assert len(found(agency.clerk, "đèn đường")) == 2
    incoming = list(IncomingDocument.objects.order_by("id").values_list("pk", flat=True))
    assert searching.unread(incoming=incoming, outgoing=[]) == []


def test_a_file_that_nobody_reads_any_more_says_so(agency: Agency) -> None:
    document = with_files(agency, (b"%PDF-1.7 waits", "application/pdf"))
    heard()
    page = reverse("correspondence:document", args=[document.pk])
    jobs.give_up_unread()
    assert FileText.objects.get().state == "waiting"
    assert "không đọc được chữ" not in sign_in(Client(), agency.clerk).get(page).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name LIKE '%%.read_contents'")
    jobs.give_up_unread()
    assert FileText.objects.get().state == "unreadable"
    assert "không đọc được chữ" in sign_in(Client(), agency.clerk).get(page).content.decode()


def test_a_file_given_back_to_its_sender_is_found_by_nobody(agency: Agency) -> None:
    document = with_files(agency, (word_file("Điều bí mật"), DOCX))
    heard(read=True)
    assert found(agency.clerk, "bí mật") == [document.pk]
    IncomingDocument.objects.filter(pk=document.pk).update(state="recalled", closed_at=timezone.now())
    searching.index_incoming([document.pk])
    assert found(agency.clerk, "bí mật") == []
    assert found(agency.clerk, "đèn đường") == [document.pk]


def test_nobody_finds_what_is_not_theirs_to_see(agency: Agency) -> None:
    other = make_agency("Ủy ban nhân dân xã Khác")
    given(agency)
    handed_in(agency, to=other)
    # Whoever writes the token of another office into a document shows it to nobody.
    registered(agency, subject=f"{register_token(other.office.pk)} {other.office.pk.hex} r{other.office.pk.hex}")
    heard()
    for account in (agency.second, other.clerk, other.leader, other.first):
        for text in ("đèn đường", "125/SXD-QLN", "1", "", other.office.pk.hex):
            assert found(account, text, direction="in") == [], (account, text)
        assert found(account, unit=agency.unit.pk) == []
        assert found(account, agency="Sở Xây dựng") == []
    assert len(found(agency.clerk, direction="in")) == 2


def test_a_draft_is_its_drafters_until_it_is_handed_in_and_again_when_it_comes_back(agency: Agency) -> None:
    document = drafted(agency)
    heard()
    assert found(agency.first, "đèn đường sẽ được sửa") == [document.pk]
    assert found(agency.clerk, "đèn đường") == []
    outgoing.submit(document.pk, by=agency.actor(agency.first))
    heard()
    assert found(agency.clerk, "đèn đường") == [document.pk]
    outgoing.return_draft(document.pk, reason="Sửa lại", by=agency.actor(agency.clerk))
    heard()
    assert found(agency.clerk, "đèn đường") == []
    assert found(agency.first, agency="sở xây dựng", direction="out", state="out.draft") == [document.pk]


def test_what_the_index_has_is_shown_to_whom_the_documents_are_shown_now(agency: Agency) -> None:
    other = make_agency("Ủy ban nhân dân xã Khác")
    given(agency)
    registered(agency)
    drafted(agency)
    handed_in(agency, to=other)
    heard()
    hits = [Hit(*entry) for entry in SearchEntry.objects.order_by("at").values_list("document", "direction", "at")]
    shown = []
    for account in (agency.clerk, agency.leader, agency.head, agency.first, agency.second, other.clerk):
        who = desk(account)
        came = IncomingDocument.objects.filter(access.incoming_visible_to(who)).values_list("pk", flat=True)
        went = OutgoingDocument.objects.filter(access.outgoing_visible_to(who)).values_list("pk", flat=True)
        assert {row.pk for row in queries.found(who, hits)} == {*came, *went}
        shown.append(len({*came, *went}))
    assert shown == [3, 4, 3, 3, 0, 0]


def test_numbers_and_notations_are_looked_up(agency: Agency) -> None:
    document = registered(agency)
    registered(agency, notation="77/SXD", subject="Về 125 việc và 1 điều")
    heard()
    for text in ("125/SXD-QLN", "Số 0125/sxd", "125", "số: 125 / SXD-QLN", "1"):
        looked_up = searching.search(desk(agency.clerk), Wanted(text=text), most=30)
        assert [hit.document for hit in looked_up.hits] == [document.pk], text
        assert looked_up.by_number


def test_every_field_is_searched(agency: Agency) -> None:
    """Appendix VI: each that the page shows to whoever may see the document."""
    signer = {"signer_competence": "KT.", "signer_position": "Phó Giám đốc"}
    codes = {"sender_code": "000.00.05.H99", "identifier": "000.00.05.H99,2026/11/20,125/SXD-QLN"}
    days = {"document_date": date(2026, 11, 5), "due_on": date(2099, 2, 3)}
    file = (b"\x89PNG", "image/png")
    told = {"circulation": "internal", "language": "Tiếng Anh"}
    document = with_files(agency, file, **signer, **codes, **days, **told)
    IncomingFile.objects.get().file.__class__.objects.update(name="ban-do-quy-hoach.png")
    actions.note(
        document.pk,
        text="Giao phòng",
        given=[Given(office=agency.unit.pk, officer=agency.first.pk, part="lead")],
        by=agency.actor(agency.leader),
    )
    task = Assignment.objects.get()
    actions.finish(document.pk, task=task.pk, report="Đã lắp bóng", by=agency.actor(agency.first))
    registered(agency, notation="9/B", sender_code="H98.01", document_date=date(2026, 11, 6))
    heard()
    for text in (
        '"phó giám đốc"', "lưu hành nội bộ", "tiếng anh", "bản đồ quy hoạch", '"lắp bóng"',
        "000.00.05.H99", codes["identifier"], "05/11/2026", "5/11/2026", "03/02/2099",
    ):  # fmt: skip
        assert found(agency.clerk, text) == [document.pk], text
        assert found(agency.second, text) == [], text
    for text in ('"kt phó giám đốc"', "nội bộ", "tiếng anh"):
        assert found(agency.clerk, text, in_fields=True) == [document.pk], text


def test_what_goes_out_is_found_by_its_signer_partner_and_annexes(agency: Agency) -> None:
    document = drafted(agency)
    add_annex = outgoing.add_annex
    stored = store_bytes(annex_pdf(), name="bang-gia-dat.pdf", media_type="application/pdf", by=None)
    add_annex(document.pk, file=stored.pk, by=agency.actor(agency.first))
    OutgoingDocument.objects.update(document_date=date(2026, 11, 5), signer_position="Chủ tịch nước")
    Recipient.objects.create(
        document=document, way="axis", name="Sở Mẫu", address="H98.07", identifier="H99.01,2026/11/05,7/UBND"
    )
    heard()
    for text in ("bảng giá đất", "chủ tịch nước", "H98.07", "H99.01,2026/11/05,7/UBND", "5/11/2026", "sở mẫu"):
        assert found(agency.first, text) == [document.pk], text


def test_a_number_that_no_document_bears_is_a_word(agency: Agency) -> None:
    document = registered(agency, subject="Về 888 việc")
    heard()
    assert found(agency.clerk, "888") == [document.pk]
    assert found(agency.clerk, '"125"') == [document.pk]  # of the notation, as a word
    assert found(agency.clerk, "999") == []


def test_filters_narrow_what_is_found(agency: Agency) -> None:
    old = registered(agency, type="thong_bao", sender="Bộ Mẫu")
    IncomingDocument.objects.filter(pk=old.pk).update(arrived_at=timezone.now() - timedelta(days=400))
    task = noted(agency, urgency=2)
    out = handed_in(agency)
    heard()
    every = {old.pk, task.document_id, out.pk}
    assert set(found(agency.clerk, "đèn")) == every
    day = timezone.localdate()
    for wanted, expected in (
        ({"direction": "out"}, {out.pk}),
        ({"type": "thong_bao"}, {old.pk}),
        ({"urgency": 2}, {task.document_id}),
        ({"state": "in.assigned"}, {task.document_id}),
        ({"state": "out.review"}, {out.pk}),
        ({"unit": agency.unit.pk}, {task.document_id, out.pk}),
        ({"agency": "bo mau"}, {old.pk}),
        ({"last": day - timedelta(days=30)}, {old.pk}),
        ({"first": day}, {task.document_id, out.pk}),
        ({"first": day + timedelta(days=1)}, set()),
    ):
        assert set(found(agency.clerk, "đèn", **wanted)) == expected, wanted
        assert set(found(agency.clerk, **wanted)) == expected, wanted


def test_the_newest_stand_first_however_long_ago_and_pages_follow_each_other(agency: Agency) -> None:
    now = timezone.now()
    ages = [0, 1, 6, 8, 40, 70, 200, 500, 1200, 5000, 9000]
    made = [registered(agency) for _age in ages]
    for row, age in zip(made, ages, strict=True):
        row.arrived_at = now - timedelta(days=age)
        row.save()
    heard()
    keys = [row.pk for row in made]
    assert found(agency.clerk, "đèn") == keys
    search, clerk = searching.search, desk(agency.clerk)
    place: Place | None = None
    seen: list[UUID] = []
    for _page in range(4):
        hits = search(clerk, Wanted(text="đèn"), most=3, beyond=place).hits
        seen += [hit.document for hit in hits]
        place = Place(hits[-1].at, hits[-1].document)
    assert seen == keys
    before = search(
        clerk, Wanted(text="đèn"), most=3, beyond=Place(made[7].arrived_at, made[7].pk), newest_first=False
    )
    assert [hit.document for hit in before.hits] == keys[6:3:-1]


def test_hostile_text_finds_nothing_and_breaks_nothing(agency: Agency) -> None:
    registered(agency)
    heard()
    for text in (
        "'", "\\", "a & !b | (", '"', '""', "' <-> :*", "a:*", "\x00", "=r", "'; DROP TABLE x --", "đ" * 5000, "% _ ?",
    ):  # fmt: skip
        assert found(agency.clerk, text) == [], text
        assert found(agency.clerk, "đèn", type=text or "x", state=text) == [], text
    assert found(agency.clerk, "đèn", agency="'\"\\ sở") != []


def test_an_entry_is_not_written_again_when_nothing_changed(agency: Agency) -> None:
    registered(agency)
    heard()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM correspondence_searchentry")
        before = cursor.fetchall()
        heard()
        cursor.execute("SELECT ctid::text FROM correspondence_searchentry")
        assert cursor.fetchall() == before


def test_a_huge_document_has_an_entry_all_the_same(agency: Agency) -> None:
    text = " ".join(f"{number:050x}" for number in range(5_000))
    files = [(word_file(text[start:]), DOCX) for start in (0, 60_000)]
    document = with_files(agency, *files)
    heard(read=True)
    assert found(agency.clerk, f"{0:050x}") == [document.pk]
    assert SearchEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_is_refused(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "SECONDS", 0.05)
    with locked("correspondence_searchentry"), pytest.raises(Refused) as refused:
        found(agency.clerk, "đèn")
    assert refused.value.code == "too_slow"
    assert found(agency.clerk, "đèn") == []  # the limit is over with the search


def test_the_operator_writes_the_index_anew(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "AT_ONCE", 2)
    documents = [registered(agency, subject=f"Kiểm kê lần {number}").pk for number in range(3)]
    draft = drafted(agency, subject="Trả lời việc kiểm kê")
    heard(read=True)
    before = set(found(agency.first, "kiểm kê")) | set(found(agency.clerk, "kiểm kê"))
    SearchEntry.objects.filter(document__in=[documents[0], draft.pk]).delete()
    SearchEntry.objects.filter(document=documents[1]).update(words="cũ")
    result = CliRunner().invoke(cli.index_documents)
    assert result.output == "4 documents are in the index.\n"
    assert (
        set(found(agency.first, "kiểm kê")) | set(found(agency.clerk, "kiểm kê")) == before == {*documents, draft.pk}
    )


def test_searches_are_kept_under_a_name_by_whom_they_belong_to(agency: Agency) -> None:
    kept = searches.keep(agency.clerk.pk, name=" Đèn đường ", asked={"q": "đèn", "type": ""})
    assert (kept.name, kept.asked) == ("Đèn đường", {"q": "đèn"})
    again = searches.keep(agency.clerk.pk, name="Đèn đường", asked={"q": "đường"})
    assert again.pk == kept.pk
    with pytest.raises(Refused):
        searches.keep(agency.clerk.pk, name=" ", asked={})
    with pytest.raises(NotFound):
        searches.forget(agency.leader.pk, kept.pk)
    searches.forget(agency.clerk.pk, kept.pk)

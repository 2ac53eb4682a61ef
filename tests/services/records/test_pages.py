"""The pages of work files: forms, lists, outputs 5 and 6, packages; statement counts."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from openpyxl import load_workbook

from motcua.engines.rendering.texts import text_of
from motcua.engines.signing.models import FileCheck
from motcua.kernel.events.models import AccessRecord
from motcua.people.officers.desks import Desk
from motcua.people.officers.models import Delegation, Position
from motcua.services.correspondence import sights
from motcua.services.correspondence.delegating import DOCUMENTS
from motcua.services.records import access, actions, exporting
from motcua.services.records.delegating import WORK_FILES
from motcua.services.records.models import FileList, ListedFile, Share, WorkFile
from motcua.services.records.packages.building import OWN_SCHEMA
from tests.coming_back import overtaken
from tests.factories import make_account, make_officer, sign_in
from tests.jobs import queued
from tests.services.correspondence.factories import Agency, desk, given, make_agency
from tests.services.correspondence.outgoing_factories import annex_pdf
from tests.services.correspondence.test_pages import at_fault, kept_by, text_in
from tests.services.records.factories import (
    YEAR,
    again,
    archived,
    closed,
    filled,
    line,
    make_list,
    offered,
    opened,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def at(name: str, *keys: Any) -> str:
    return reverse(f"records:{name}", args=keys)


def test_a_limited_delegation_gives_work_files_where_it_names_them(client: Client, agency: Agency) -> None:
    file, today = opened(agency), timezone.localdate()
    limited = Delegation.objects.create(
        from_position=Position.objects.get(officer=agency.head.pk),
        to_position=Position.objects.get(officer=make_officer(roles=["return"], office=agency.office).pk),
        roles=["head"], document="15/GUQ-UBND", scope=["documents:all"],
        valid_from=today, valid_to=today + timedelta(days=1),
    )  # fmt: skip
    sign_in(client, limited.to_position.officer.account)
    assert client.get(at("file", file.pk)).status_code == 404
    document = given(agency).document_id
    actions.add_document(file.pk, incoming=document, by=agency.actor(agency.first))
    page = reverse("correspondence:document", args=[document])
    assert file.title not in client.get(page).content.decode()
    Delegation.objects.filter(pk=limited.pk).update(scope=[*WORK_FILES.matters])
    assert client.get(at("file", file.pk)).status_code == 200
    assert file.title in client.get(at("files"), {"filter": "units"}).content.decode()
    add = at("add", "incoming", document)
    assert client.get(add).status_code == client.get(page).status_code == 404, "a document is to be named, too"
    content = at("content", file.pk, file.entries.get().pk, 0)
    assert client.get(content).status_code == 404
    assert content not in client.get(at("file", file.pk)).content.decode()
    assert b"cong-van.pdf" not in client.get(at("export-xml", file.pk)).getvalue()
    Delegation.objects.filter(pk=limited.pk).update(scope=[*WORK_FILES.matters, *DOCUMENTS.matters])
    assert client.get(add).status_code == 200
    assert client.get(content).getvalue().startswith(b"%PDF")
    assert b"cong-van.pdf" in client.get(at("export-xml", file.pk)).getvalue()
    assert file.title in client.get(page).content.decode()


def test_what_is_too_long_is_refused_and_stays_in_the_form(client: Client, agency: Agency) -> None:
    found = make_list(agency, approved=False)
    sign_in(client, agency.head)
    form = {"notation": "02.KT", "title": "Đèn", "retention": "su_vu", "keeper": str(agency.first.pk)}
    asked = client.post(at("list", found.pk), form | {"heading": "P" * 201, "note": "G" * 301})
    assert at_fault(asked) == {"heading", "note"}
    assert all(typed in asked.content.decode() for typed in ("P" * 201, "G" * 301))
    actions.submit_list(found.pk, by=agency.actor(agency.head))
    actions.approve_list(found.pk, by=agency.actor(agency.leader))
    file = actions.open_file(found.lines.get().pk, by=agency.actor(agency.first))
    sign_in(client, agency.first)
    sent = {"title": "Ghi chép", "day": timezone.localdate().isoformat(), "type": "L" * 101, "author": "T" * 201}
    asked = client.post(
        at("act", file.pk, "add"), sent | {"file": SimpleUploadedFile("ghi-chep.pdf", b"%PDF-1.4\n%%EOF")}
    )
    assert at_fault(asked) == {"type", "author"}
    assert not file.entries.exists()


@pytest.mark.parametrize("year", ["9" * 5000, "2" * 5000, "026", "²026"])
def test_a_year_that_is_none_is_no_fault(client: Client, agency: Agency, year: str) -> None:
    sign_in(client, agency.head)
    assert client.get(at("lists"), {"year": year}).status_code == 200


def test_a_list_goes_from_the_unit_to_an_open_file(client: Client, agency: Agency) -> None:
    sign_in(client, agency.head)
    begun = client.post(at("lists") + f"?year={YEAR}", {"unit": str(agency.unit.pk)})
    found = FileList.objects.get()
    assert (begun.status_code, found.office_id) == (302, agency.office.pk)
    page = at("list", found.pk)
    form = {"notation": "01", "title": "Đèn", "retention": "su_vu", "keeper": str(agency.first.pk)}
    assert at_fault(client.post(page, form)) == {"notation"}
    assert client.post(page, form | {"notation": "01.KT"}).status_code == 302
    row = ListedFile.objects.get()
    client.post(page, form | {"notation": "02.KT"})
    client.post(at("line-remove", found.pk, ListedFile.objects.get(notation="02.KT").pk))
    assert client.post(at("list-act", found.pk, "submit")).status_code == 302
    assert client.post(at("list-act", found.pk, "approve")).status_code == 403
    sign_in(client, agency.leader)
    assert "Danh mục hồ sơ" in client.get(at("lists")).content.decode()
    assert client.post(at("list-act", found.pk, "approve")).status_code == 302
    sign_in(client, agency.first)
    client.post(at("line-open", found.pk, row.pk))
    file = WorkFile.objects.get()
    assert client.get(at("file", file.pk)).status_code == 200
    text = text_in(client.get(at("list-pdf", found.pk)).getvalue())
    for part in ("DANH MỤC HỒ SƠ NĂM", "01.KT", "10 năm", agency.first.display_name):
        assert part in text


def test_a_document_is_added_from_its_own_page_and_read_there(client: Client, agency: Agency) -> None:
    task, file = given(agency), opened(agency)
    sign_in(client, agency.first)
    own = reverse("correspondence:document", args=[task.document_id])
    add = at("add", "incoming", task.document_id)
    assert add in client.get(own).content.decode()
    assert client.post(add, {"work_file": ""}).status_code == 422
    assert client.post(add, {"work_file": str(file.pk)}).status_code == 302
    assert at("file", file.pk) in client.get(own).content.decode()
    entry = file.entries.get()
    assert client.get(at("content", file.pk, entry.pk, 0)).getvalue().startswith(b"%PDF")
    assert "Chưa quét vi-rút" in client.get(at("file", file.pk)).content.decode()
    assert client.get(at("content", file.pk, entry.pk, 1)).status_code == 404
    sign_in(client, agency.second)
    for url in (at("content", file.pk, entry.pk, 0), add, at("file", file.pk)):
        assert client.get(url).status_code == 404


def test_a_file_is_filled_shared_and_closed_by_forms(client: Client, agency: Agency) -> None:
    file = opened(agency)
    sign_in(client, agency.first)
    act = at("act", file.pk, "add")
    upload = SimpleUploadedFile("ghi-chep.pdf", b"%PDF-1.4\n%%EOF")
    today = timezone.localdate().isoformat()
    assert at_fault(client.post(act, {"title": "", "day": today, "file": upload})) == {"title"}
    upload.seek(0)
    assert client.post(act, {"title": "Ghi chép", "day": today, "pages": "2", "file": upload}).status_code == 302
    share = at("act", file.pk, "share")
    with_second = {"with": f"officer.{agency.second.pk}", "level": "read", "reason": "Phối hợp"}
    assert client.post(share, with_second | {"with": f"officer.{agency.first.pk}"}).status_code == 422
    assert client.post(share, with_second).status_code == 302
    row = Share.objects.get()
    assert client.post(at("row-act", file.pk, "confirm", row.pk)).status_code == 403
    sign_in(client, agency.head)
    assert "Phạm Văn Mẫu Hai" in client.get(at("files") + "?filter=confirm").content.decode()
    assert client.post(at("row-act", file.pk, "confirm", row.pk)).status_code == 302
    sign_in(client, agency.second)
    assert file.title in client.get(at("files") + "?filter=shared").content.decode()
    sign_in(client, agency.first)
    assert at_fault(client.post(at("act", file.pk, "close"), {"ends_on": ""})) == {"ends_on"}
    assert client.post(at("act", file.pk, "close"), {"ends_on": today}).status_code == 302
    assert client.post(at("act", file.pk, "close"), {"ends_on": today}).status_code == 403
    assert again(file.pk).state == "closed"


def test_an_uploaded_file_outlives_a_wrong_answer_beside_it(client: Client, agency: Agency) -> None:
    file = opened(agency)
    sign_in(client, agency.first)
    act, today = at("act", file.pk, "add"), timezone.localdate().isoformat()
    form = {"title": "Ghi chép", "day": today, "pages": "hai trang"}
    first = client.post(act, form | {"file": SimpleUploadedFile("ghi-chep.pdf", b"%PDF-1.4\n%%EOF")})
    assert at_fault(first) == {"pages"}
    assert "Đã nhận: ghi-chep.pdf" in first.content.decode()
    kept = {"kept": kept_by(first)}
    several = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.4\n%%EOF") for n in (1, 2)]
    again_asked = client.post(act, form | kept | {"pages": "2", "file": several})
    assert at_fault(again_asked) == {"file"}
    kept = {"kept": kept_by(again_asked)}
    assert client.post(act, form | kept | {"pages": "2"}).status_code == 302
    entry = file.entries.get()
    assert (entry.upload.name, entry.upload.kept, entry.pages) == ("ghi-chep.pdf", True, 2)
    assert [args for _name, args in queued()] == [{"file": str(entry.upload_id)}]
    assert "Chưa ký số" not in client.get(at("file", file.pk)).content.decode()
    FileCheck.objects.create(digest=entry.upload.blob_id, verdicts=[], checked_at=timezone.now())
    assert "Chưa ký số" in client.get(at("file", file.pk)).content.decode()
    assert at_fault(client.post(act, form | kept | {"pages": "2"})) == {"file"}  # sent twice, it is there once


def test_a_file_that_is_uploaded_twice_is_added_once(client: Client, agency: Agency) -> None:
    file = opened(agency)
    sign_in(client, agency.first)
    act = at("act", file.pk, "add")
    once = re.search(r'name="once" value="([^"]+)"', client.get(act).content.decode())
    assert once is not None
    form = {"title": "Ghi chép", "day": timezone.localdate().isoformat(), "once": once[1]}

    def sent(name: str, **changed: str) -> Any:
        return client.post(act, form | changed | {"file": SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF")})

    assert sent("1.pdf", title="").status_code == 422  # what is refused is tried anew
    assert [sent("1.pdf")["Location"] for _press in range(2)] == [at("file", file.pk)] * 2
    assert file.entries.get().upload.name == "1.pdf"
    assert sent("2.pdf").status_code == 409  # another one is not taken for the first
    changed = sent("1.pdf", note="Bản sao")
    assert (changed.status_code, "Bản sao" in changed.content.decode()) == (409, True)
    assert file.entries.count() == 1


def test_nobody_closes_or_confirms_what_has_changed_since_they_looked(client: Client, agency: Agency) -> None:
    file, first, head = filled(agency), agency.actor(agency.first), agency.actor(agency.head)
    leader, today = agency.actor(agency.leader), timezone.localdate().isoformat()
    share = actions.ask_to_share(file.pk, officer=agency.second.pk, level="read", reason="Phối hợp", by=first)

    def granted_and_to_end() -> None:
        actions.confirm_share(file.pk, share.pk, by=leader)
        actions.ask_to_end(file.pk, share.pk, reason="Xong việc", by=first)

    sign_in(client, agency.head)
    confirm = at("row-act", file.pk, "confirm", share.pk)
    seen = re.search(r'name="seen" value="(\d+)"', client.get(confirm).content.decode())
    assert seen is not None
    granted_and_to_end()
    late = client.post(confirm, {"seen": seen[1]})  # what they saw was that it begins
    assert (late.status_code, "Việc gần nhất: " in late.content.decode()) == (409, True)
    assert Share.objects.get().state == "ending"
    assert client.post(confirm).status_code == 302
    gone = client.post(at("row-act", file.pk, "decline", share.pk), {"text": "Còn phải theo dõi"})
    assert (gone.status_code, "Còn phải theo dõi" in gone.content.decode()) == (403, True)

    sign_in(client, agency.first)
    overtaken(
        client,
        at("act", file.pk, "close"),
        lambda: actions.add_document(file.pk, incoming=given(agency).document_id, by=head),
        wrong={"ends_on": ""},
        right={"ends_on": today},
        reading='"records_workfile"."title"',
    )
    sign_in(client, agency.leader)
    hold, why = at("act", file.pk, "hold"), {"reason": "Thanh tra", "basis": "12/QĐ-TTr"}
    seen = re.search(r'name="seen" value="(\d+)"', client.get(hold).content.decode())
    assert seen is not None
    pressed = [client.post(hold, why | {"seen": seen[1]}).status_code for _press in range(2)]
    assert (pressed, file.holds.count()) == ([302, 409], 1)


def test_files_that_are_offered_twice_are_offered_once(client: Client, agency: Agency) -> None:
    files = [closed(agency), closed(agency, notation="02.KT")]
    sign_in(client, agency.first)
    once = re.search(r'name="once" value="([^"]+)"', client.get(at("transfer-new")).content.decode())
    assert once is not None
    sent = {"files": [str(files[0].pk)], "once": once[1]}
    first, second = (client.post(at("transfer-new"), sent) for _press in range(2))
    made = files[0].transfers.get().transfer
    assert first["Location"] == second["Location"] == at("transfer", made.pk)
    assert client.post(at("transfer-new"), sent | {"files": [str(files[1].pk)]}).status_code == 409
    assert again(files[1].pk).state == "closed"


def test_a_list_is_approved_as_it_was_looked_at(client: Client, agency: Agency) -> None:
    found, head = make_list(agency, approved=False), agency.actor(agency.head)
    actions.submit_list(found.pk, by=head)
    sign_in(client, agency.leader)

    def changed() -> None:
        actions.give_back_list(found.pk, reason="Thiếu", by=agency.actor(agency.leader))
        actions.add_line(found.pk, line(agency, notation="02.KT"), by=head)
        actions.submit_list(found.pk, by=head)

    approve = at("list-act", found.pk, "approve")
    seen = re.search(r'name="seen" value="(\d+)"', client.get(approve).content.decode())
    assert seen is not None
    changed()
    late = client.post(approve, {"seen": seen[1]})
    assert (late.status_code, "Việc gần nhất: " in late.content.decode()) == (409, True)
    assert not ListedFile.objects.filter(approved_at__isnull=False).exists()
    assert client.post(approve, {"seen": str(int(seen[1]) + 3)}).status_code == 302
    gone = client.post(at("list-act", found.pk, "give_back"), {"text": "Sai thời hạn"})
    assert (gone.status_code, "Sai thời hạn" in gone.content.decode()) == (403, True)


def test_another_file_takes_the_place_of_the_one_before(client: Client, agency: Agency) -> None:
    file = opened(agency)
    sign_in(client, agency.first)
    act, form = at("act", file.pk, "add"), {"title": "Ghi chép", "day": ""}
    first = client.post(act, form | {"file": SimpleUploadedFile("nhầm.pdf", b"%PDF-1.4\n%%EOF")})
    right = SimpleUploadedFile("đúng.pdf", b"%PDF-1.4\n%%EOF")
    sent = form | {"day": timezone.localdate().isoformat(), "kept": kept_by(first), "file": right}
    assert client.post(act, sent).status_code == 302
    assert file.entries.get().upload.name == "đúng.pdf"


def test_a_file_is_handed_over_and_no_longer_theirs(client: Client, agency: Agency) -> None:
    file, other = filled(agency), opened(agency, notation="02.KT")
    sign_in(client, agency.first)
    form = {"taker": str(agency.second.pk), "reason": "Đổi việc", "files": [str(other.pk)]}
    assert client.post(at("act", file.pk, "hand_over"), form)["Location"] == at("files")
    assert {again(each.pk).keeper_id for each in (file, other)} == {agency.second.pk}
    sign_in(client, agency.second)
    made = file.handovers.get().handover
    text = text_in(client.get(at("handover-minutes", file.pk, made.pk)).getvalue())
    assert "BIÊN BẢN BÀN GIAO HỒ SƠ" in text
    assert "02.KT" in text


def test_a_closed_file_is_offered_packed_and_taken_over(client: Client, agency: Agency) -> None:
    file = closed(agency)
    sign_in(client, agency.first)
    assert client.post(at("transfer-new"), {}).status_code == 422
    page = client.post(at("transfer-new"), {"files": [str(file.pk)]})["Location"]
    transfer = file.transfers.get().transfer
    actions.pack(transfer.pk)
    shown = client.get(page).content.decode()
    package = at("package", transfer.pk, file.transfers.get().pk)
    assert package in shown
    assert client.get(package).getvalue().startswith(b"PK")
    assert client.post(at("transfer-act", transfer.pk, "accept")).status_code == 403
    sign_in(client, agency.clerk)
    assert "1" in client.get(at("transfers")).content.decode()
    assert client.post(at("transfer-act", transfer.pk, "accept")).status_code == 302
    for kind, words in (("minutes", "BIÊN BẢN GIAO NHẬN HỒ SƠ"), ("listing", "MỤC LỤC HỒ SƠ NỘP LƯU")):
        assert words in text_in(client.get(at("transfer-paper", transfer.pk, kind)).getvalue())
    assert again(file.pk).state == "archived"
    # The archive reads what it has taken over.
    entry = file.entries.filter(upload__isnull=False).get()
    assert client.get(at("content", file.pk, entry.pk, 0)).getvalue().startswith(b"%PDF")


def test_outputs_5_and_6_stand_on_paper_and_in_sheets(client: Client, agency: Agency) -> None:
    file = archived(agency, title="=HYPERLINK(1)")
    sign_in(client, agency.leader)
    five = text_in(client.get(at("contents-pdf", file.pk)).getvalue())
    for part in ("MỤC LỤC VĂN BẢN TRONG HỒ SƠ", "125/SXD-QLN", "Sở Xây dựng tỉnh Mẫu", "Ghi chép kiểm tra"):
        assert part in five
    sheet = load_workbook(BytesIO(client.get(at("contents-sheet", file.pk)).getvalue())).active
    assert [len(row) for row in sheet.values] == [7, 7, 7]
    assert "01.KT" in client.get(at("book") + f"?year={YEAR}").content.decode()
    assert "MỤC LỤC HỒ SƠ" in text_in(client.get(at("book-pdf") + f"?year={YEAR}").getvalue())
    rows = [list(row) for row in load_workbook(BytesIO(client.get(at("book-sheet")).getvalue())).active.values]
    assert len(rows) == 2
    assert not str(rows[1][2]).startswith("=")
    sign_in(client, agency.first)
    assert client.get(at("book")).status_code == 403


def test_a_file_is_taken_out_as_one_pdf_and_as_xml_in_the_order_of_time(
    client: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be put in is named; so is what the officer may not read."""
    file, day = filled(agency), timezone.localdate()
    upload(agency, file, data=annex_pdf(), title="Biên bản cũ", name="Biên bản.pdf", day=day - timedelta(days=400))
    sign_in(client, agency.first)
    for format_ in ("pdf", "xml"):
        assert at(f"export-{format_}", file.pk) in client.get(at("file", file.pk)).content.decode()
    answer = client.get(at("export-pdf", file.pk))
    content = answer.getvalue()
    with pikepdf.open(BytesIO(content)) as whole:
        assert len(whole.pages) == 3
    said = " ".join(text_of(content, "application/pdf").split())
    parts = ["MỤC LỤC VĂN BẢN TRONG HỒ SƠ", "Biên bản cũ", "PHỤ LỤC", "TỆP KHÔNG CÓ TRONG BẢN XUẤT", "Ghi chép.pdf"]
    assert sorted(parts, key=said.index) == parts
    opened = AccessRecord.objects.filter(who=agency.first.pk, purpose="document_file").values_list(
        "subject", flat=True
    )
    assert {subject.partition(":")[0] for subject in opened} == {"incoming", file.stream.partition(":")[0]}
    root = etree.fromstring(client.get(at("export-xml", file.pk)).getvalue())
    assert next(each.text for each in root.iter("{*}Subject")) == "Biên bản cũ"
    assert len(list(root.iter("{*}File"))) == 3
    etree.XMLSchema(file=OWN_SCHEMA).assertValid(root)
    sign_in(client, agency.head)  # sees the file, and not the document that was never given to the unit
    assert "không có quyền đọc" in text_of(client.get(at("export-pdf", file.pk)).getvalue(), "application/pdf")
    root = etree.fromstring(client.get(at("export-xml", file.pk)).getvalue())
    assert (len(list(root.iter("{*}Document"))), len(list(root.iter("{*}File")))) == (3, 2)
    monkeypatch.setattr(exporting, "MOST_DOCUMENTS", 2)
    assert client.get(at("export-xml", file.pk)).status_code == 422
    monkeypatch.setattr(exporting, "MOST_DOCUMENTS", 3)
    monkeypatch.setattr(exporting, "MOST_BYTES", 10)
    assert client.get(at("export-pdf", file.pk)).status_code == 422


@pytest.mark.parametrize("many", [1, 3])
def test_pages_ask_a_set_number_of_statements(client: Client, agency: Agency, many: int) -> None:
    files = [filled(agency, notation=f"{number:02d}.KT") for number in range(1, many + 1)]
    first = files[0].entries.get(incoming__isnull=False).incoming_id
    for file in files:
        share = actions.ask_to_share(
            file.pk, officer=agency.second.pk, level="read", reason="x", by=agency.actor(agency.first)
        )
    for _turn in range(many - 1):
        actions.add_document(files[0].pk, incoming=given(agency).document_id, by=agency.actor(agency.first))
    asked = {}
    for name, account, url in (
        ("mine", agency.first, at("files") + "?filter=mine"),
        ("confirm", agency.head, at("files") + "?filter=confirm"),
        ("file", agency.first, at("file", files[0].pk)),
        ("list", agency.head, at("list", FileList.objects.get().pk)),
        ("book", agency.leader, at("book")),
        (
            "beside",
            agency.leader,
            reverse("correspondence:document", args=[first]),
        ),
    ):
        sign_in(client, account)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        asked[name] = len(found)
    assert share.state == "asked"
    assert asked == {"mine": 6, "confirm": 7, "file": 17, "list": 8, "book": 7, "beside": 18}


def test_only_administrators_see_what_the_fixity_check_has_found(client: Client, agency: Agency) -> None:
    sign_in(client, agency.leader)
    assert client.get(at("fixity")).status_code == 403
    sign_in(client, make_account(is_administrator=True))
    assert client.get(at("fixity")).status_code == 200


def test_every_act_shows_its_form(client: Client, agency: Agency) -> None:
    """Each act that a role has opens its page, and so do its lists and transfers."""
    make_list(agency, line(agency, notation="08.KT"), line(agency, notation="09.KT"))
    shown, files = set(), [filled(agency), closed(agency, notation="02.KT")]
    transfer = offered(agency, notation="03.KT")
    for account in (agency.first, agency.leader):
        sign_in(client, account)
        for page in ("files", "lists", "transfers", "transfer-new"):
            assert client.get(at(page)).status_code == 200
        client.get(at("transfer", transfer.pk))
        for file in files:
            body = client.get(at("file", file.pk)).content.decode()
            for act in ("add", "close", "edit", "share", "hand_over", "extend", "keep_back", "hold"):
                url = at("act", file.pk, act)
                if url in body:
                    shown.add(act)
                    assert client.get(url).status_code == 200
    assert shown == {"add", "close", "edit", "share", "hand_over", "extend", "keep_back", "hold"}


def test_a_package_is_for_who_reads_the_documents_in_it(agency: Agency) -> None:
    transfer = actions.offer([closed(agency).pk], by=agency.actor(agency.head))
    for account, able in ((agency.head, False), (agency.clerk, True)):
        own = desk(account)
        assert access.transfer_for(own, transfer.pk, documents=own).abilities["download"] is able
    # A delegation of work files alone gives the archive's work, not what registers hold (decision 37).
    archive, bare = desk(agency.clerk), Desk(account_id=agency.clerk.pk)
    assert not access.transfer_for(archive, transfer.pk, documents=bare).abilities["download"]


def test_a_document_of_another_rooms_sight_is_not_filed(client: Client, agency: Agency, monkeypatch: Any) -> None:
    document, file = given(agency).document, opened(agency)
    actions.hand_over([file.pk], taker=agency.second.pk, reason="Đổi việc", by=agency.actor(agency.head))
    monkeypatch.setattr(sights, "given", lambda _desk: [Q(pk=document.pk)])
    sign_in(client, agency.second)
    add = at("add", "incoming", document.pk)
    shown = client.get(reverse("correspondence:document", args=[document.pk]))
    assert shown.status_code == 200
    assert add not in shown.content.decode()
    assert client.get(add).status_code == 403
    assert client.post(add, {"work_file": str(file.pk)}).status_code == 403
    assert not file.entries.exists()


def test_minutes_are_not_for_whom_one_file_is_shared_with(client: Client, agency: Agency) -> None:
    file = filled(agency)
    actions.hand_over([file.pk], taker=agency.second.pk, reason="Đổi việc", by=agency.actor(agency.head))
    by = agency.actor(agency.second)
    share = actions.ask_to_share(file.pk, officer=agency.first.pk, level="read", reason="x", by=by)
    actions.confirm_share(file.pk, share.pk, by=agency.actor(agency.head))
    page = at("handover-minutes", file.pk, file.handovers.get().handover_id)
    for account, status in ((agency.first, 404), (agency.second, 200), (agency.head, 200)):
        sign_in(client, account)
        assert (page in client.get(at("file", file.pk)).content.decode()) is (status == 200)
        answer = client.get(page)
        assert (answer.status_code, bool(answer.getvalue())) == (status, True)


def test_who_opens_a_content_through_a_file_is_recorded(client: Client, agency: Agency) -> None:
    file = filled(agency)
    sign_in(client, agency.first)
    for entry in file.entries.select_related("incoming"):
        assert client.get(at("content", file.pk, entry.pk, 0)).getvalue()
        kept = AccessRecord.objects.get(whose=entry.incoming_id or file.pk)
        assert (kept.who, kept.purpose) == (agency.first.pk, "document_file")
        assert kept.subject == (entry.incoming or file).stream

"""Many filed at once: the template, what is wrong in it, one confirmation, and every line once."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motcua.engines.signing.models import FileCheck
from motcua.kernel.errors import Conflict, NotFound
from motcua.kernel.events.models import Event
from motcua.people.citizens import actions as citizens
from motcua.people.citizens.models import Party, Representation
from motcua.people.organisations.models import Office
from motcua.services.batches import actions, workbook
from motcua.services.batches.access import ABILITIES, abilities_for, batch_for
from motcua.services.batches.models import Batch, Line
from motcua.services.dossiers.models import Dossier, Paper
from motcua.services.procedures.models import Procedure
from tests.factories import make_business, make_citizen, make_office, sign_in
from tests.jobs import queued, run_jobs
from tests.services.batches.sheets import fill, template_of
from tests.services.dossiers.factories import Town, make_town, publish_package

pytestmark = pytest.mark.django_db
COPY = {
    "Loại giấy tờ": "Giấy tờ hộ tịch",
    "Tên giấy tờ": "Giấy khai sinh",
    "Cấp cho": "Lê Văn Mẫu",
    "Số bản sao": 2,
    "Thuộc diện được miễn phí": "Không",
}
TAXI = {
    "Biển số xe": "99A-000.01",
    "Nhãn hiệu, loại xe": "Mẫu Xe 5",
    "Số chỗ ngồi": 5,
    "Năm sản xuất": 2024,
    "Quyền sử dụng xe": "Thuộc sở hữu của đơn vị",
}
COMPANY = {
    "Số Giấy phép kinh doanh vận tải bằng xe ô tô": "01/GPKDVT",
    "Ngày cấp Giấy phép": "02/01/2024",
    "Địa chỉ trụ sở": "Xã Mẫu Sơn",
    "Số điện thoại": "0912345678",
    "Lý do đề nghị": "Cấp lần đầu",
    "Cách tính tiền cước": "Đồng hồ tính tiền",
}


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.fixture
def browser(town: Town, client: Client) -> Client:
    assert town.applicant.account is not None
    return sign_in(client, town.applicant.account)


def begin(browser: Client, code: str, **chosen: Any) -> Batch:
    answer = browser.post(reverse("batches:start", args=[code]), {"return_method": "desk", **chosen})
    assert answer.status_code == 302, answer.content.decode()
    return Batch.objects.latest("created_at")


def upload(browser: Client, batch: Batch, file: BytesIO) -> Any:
    return browser.post(reverse("batches:upload", args=[batch.pk]), {"file": file})


def confirm(browser: Client, batch: Batch, declared: str = "yes") -> Any:
    return browser.post(reverse("batches:confirm", args=[batch.pk]), {"declared": declared})


def page(browser: Client, batch: Batch) -> str:
    return browser.get(reverse("batches:batch", args=[batch.pk])).content.decode()


def copies(*names: str) -> list[dict[str, Any]]:
    return [COPY | {"Cấp cho": name} for name in names]


@pytest.fixture
def batch(town: Town, browser: Client) -> Batch:
    """Begun for copies out of the register: each line becomes a dossier."""
    return begin(browser, "2.000908", case="holder")


def test_each_line_becomes_a_dossier(town: Town, browser: Client, batch: Batch) -> None:
    start = browser.get(reverse("dossiers:apply", args=["2.000908"])).content.decode()
    assert reverse("batches:start", args=["2.000908"]) in start
    book = template_of(browser, batch)
    assert book[workbook.COMMON]["B2"].value == town.applicant.name  # known already
    assert upload(browser, batch, fill(book, copies("Lê Văn Mẫu", "Phạm Thị Mẫu"))).status_code == 302
    assert "Đã đọc 2 dòng, tất cả đều đúng." in page(browser, batch)
    assert not Dossier.objects.exists()
    assert confirm(browser, batch).status_code == 302
    assert "Đang nộp: 0 trong 2 dòng" in page(browser, batch)
    run_jobs()
    told = page(browser, batch)
    holders = [
        row.dossier.form_data["record"]["holder"] for row in Line.objects.select_related("dossier") if row.dossier
    ]
    assert holders == ["Lê Văn Mẫu", "Phạm Thị Mẫu"]
    for dossier in Dossier.objects.all():
        assert dossier.form_data["applicant"]["name"] == town.applicant.name
        assert dossier.receiving_office == town.office
        assert reverse("dossiers:my-dossier", args=[dossier.number]) in told
        assert reverse("dossiers:my-payment", args=[dossier.number]) in told
    assert "32.000" in told  # two copies for each of the two, added up
    kinds = Event.objects.filter(stream=batch.stream).order_by("version").values_list("kind", flat=True)
    assert list(kinds) == ["batch.confirmed", "batch.ended"]


def test_confirmed_twice_and_the_job_run_twice_it_is_filed_once(browser: Client, batch: Batch) -> None:
    upload(browser, batch, fill(template_of(browser, batch), copies("Một", "Hai", "Ba")))
    confirm(browser, batch)
    confirm(browser, batch)
    assert len(queued()) == 1
    actions.file_lines(batch.pk)
    actions.file_lines(batch.pk)
    assert Dossier.objects.count() == 3
    assert set(Dossier.objects.values_list("pk", flat=True)) == set(Line.objects.values_list("pk", flat=True))


def test_what_is_wrong_is_told_with_its_cell_and_comes_back_marked(browser: Client, batch: Batch) -> None:
    wrong = [COPY, COPY | {"Số bản sao": "nhiều", "Loại giấy tờ": "Khác hẳn", "Cấp cho": None}, COPY]
    book = template_of(browser, batch)
    upload(browser, batch, fill(book, wrong, {"Số định danh cá nhân": "12"}))
    told = page(browser, batch)
    for place in ("Danh sách – A3", "Danh sách – C3", "Danh sách – F3", "Thông tin chung – B3"):
        assert place in told
    assert "Danh sách – A4" not in told
    assert "Dòng 4 giống hệt dòng 2" in told  # may be meant: it is said and hinders nothing
    assert "“Cấp cho”" in told
    marked = template_of(browser, batch, lines="1")
    cell = marked[workbook.LIST]["F3"]
    assert cell.value == "nhiều"
    assert cell.comment is not None
    assert cell.fill.fgColor.rgb == "00F8CBAD"
    assert marked[workbook.LIST]["F2"].comment is None
    assert confirm(browser, batch).status_code == 422
    assert not queued()
    mended = fill(marked, [COPY, COPY | {"Cấp cho": "Phạm Thị Mẫu"}, COPY | {"Cấp cho": "Hà"}],
                  {"Số định danh cá nhân": "001099000001"})  # fmt: skip
    upload(browser, batch, mended)
    assert Line.objects.exclude(errors={}).count() == 0
    assert confirm(browser, batch).status_code == 302


def test_one_line_that_fails_hinders_no_other_and_is_tried_again(town: Town, browser: Client, batch: Batch) -> None:
    upload(browser, batch, fill(template_of(browser, batch), copies("Một", "Hai")))
    confirm(browser, batch)
    bad = Line.objects.get(row=3)
    Line.objects.filter(pk=bad.pk).update(typed=bad.typed | {"copies": "99"})
    run_jobs()
    told = page(browser, batch)
    assert "1 dòng chưa nộp được" in told
    assert "Số bản sao" in told
    assert Dossier.objects.count() == 1
    Line.objects.filter(pk=bad.pk).update(typed=bad.typed)
    assert browser.post(reverse("batches:resume", args=[batch.pk])).status_code == 302
    run_jobs()
    assert Line.objects.filter(state="filed").count() == Dossier.objects.count() == 2
    again = browser.post(reverse("batches:resume", args=[batch.pk]))
    assert again.status_code == 409


def test_all_lines_become_the_rows_of_one_dossier(town: Town, browser: Client) -> None:
    make_office(kind="department_of_construction", level="province")
    publish_package("taxi-badges")
    company = make_business(address="Xã Mẫu Sơn")
    Representation.objects.create(
        party=company, representative=town.applicant, kind="legal", valid_from=timezone.localdate()
    )
    batch = begin(browser, "2.002288", case="issue", applicant=str(company.pk), office=str(town.office.pk))
    taxis = [TAXI | {"Biển số xe": f"99A-000.{number:02}"} for number in range(1, 31)]
    taxis[29] |= {"Quyền sử dụng xe": "Thuê, hợp tác kinh doanh", "Chủ xe": "Hà Văn Mẫu"}
    taxis[0] |= {"Chủ xe": "không cần"}
    upload(browser, batch, fill(template_of(browser, batch), taxis, COMPANY))
    told = page(browser, batch)
    assert "Nộp 30 dòng thành một hồ sơ" in told
    assert "Ô F2 không liên quan đến dòng này" in told
    vehicle = SimpleUploadedFile("dang-ky.pdf", b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    browser.post(reverse("batches:papers", args=[batch.pk]), {"paper-vehicle-papers": vehicle})
    confirm(browser, batch)
    run_jobs()
    dossier = Dossier.objects.get()
    assert dossier.pk == batch.pk
    assert dossier.applicant == company
    assert dossier.representative == town.applicant
    assert [each["plate"] for each in dossier.form_data["vehicles"]] == [taxi["Biển số xe"] for taxi in taxis]
    assert dossier.form_data["vehicle_count"] == 30
    assert dossier.form_data["vehicles"][29]["owner"] == "Hà Văn Mẫu"
    assert Paper.objects.get(dossier=dossier).name.startswith("Bản sao chứng nhận đăng ký xe")
    assert Line.objects.filter(dossier=dossier).count() == 30


def test_shared_papers_are_each_dossiers_own_and_required_ones_are_asked_for(town: Town, browser: Client) -> None:
    batch = begin(browser, "2.000908", case="relative")
    upload(browser, batch, fill(template_of(browser, batch), copies("Một", "Hai")))
    refused = confirm(browser, batch)
    assert refused.status_code == 422
    assert 'href="#paper-relation"' in refused.content.decode()
    proof = SimpleUploadedFile("giay.pdf", b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    browser.post(reverse("batches:papers", args=[batch.pk]), {"paper-relation": proof})
    shared = batch.papers.get().file
    assert {"file": str(shared.pk)} in [args for _name, args in queued()]
    FileCheck.objects.create(digest=shared.blob_id, verdicts=[], checked_at=timezone.now())
    assert "Chưa ký số" in page(browser, batch)
    confirm(browser, batch)
    run_jobs()
    files = set(Paper.objects.values_list("file_id", flat=True))
    assert len(files) == 2
    assert batch.papers.get().file_id not in files


def archive(**parts: bytes) -> BytesIO:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    stream.seek(0)
    stream.name = "bom.xlsx"
    return stream


def named(content: bytes) -> BytesIO:
    stream = BytesIO(content)
    stream.name = "la.xlsx"
    return stream


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(lambda: named(b"khong phai"), id="no-archive"),
        pytest.param(lambda: archive(**{"xl/worksheets/sheet1.xml": b"0" * 20_000_001}), id="bomb"),
        pytest.param(lambda: archive(**{"[Content_Types].xml": b"<x"}), id="broken"),
    ],
)
def test_what_is_no_template_is_refused_and_the_lines_before_stay(browser: Client, batch: Batch, file: Any) -> None:
    upload(browser, batch, fill(template_of(browser, batch), copies("Một")))
    refused = upload(browser, batch, file())
    assert refused.status_code == 422
    assert "Đây không phải tệp mẫu" in refused.content.decode()
    assert Line.objects.count() == 1


def test_missing_columns_too_many_lines_and_none_are_refused(browser: Client, batch: Batch) -> None:
    book = template_of(browser, batch)
    book[workbook.LIST].delete_cols(3)
    assert "Cấp cho" in upload(browser, batch, fill(book, [])).content.decode()
    empty = upload(browser, batch, fill(template_of(browser, batch), []))
    assert "chưa có dòng nào" in empty.content.decode()
    many = [COPY | {"Cấp cho": "Mẫu"}] * 201
    assert "200" in upload(browser, batch, fill(template_of(browser, batch), many)).content.decode()
    assert not Line.objects.exists()


def test_columns_of_ones_own_are_told_and_not_sent(browser: Client, batch: Batch) -> None:
    book = template_of(browser, batch)
    book[workbook.LIST]["J1"], book[workbook.LIST]["J2"] = "Ghi chú nội bộ", "gấp"
    upload(browser, batch, fill(book, [COPY]))
    assert "Cột “Ghi chú nội bộ” không có trong tệp mẫu" in page(browser, batch)


def test_who_may_no_longer_act_for_a_company_files_nothing(town: Town, browser: Client) -> None:
    company = make_business()
    mandate = Representation.objects.create(
        party=company, representative=town.applicant, kind="legal", valid_from=timezone.localdate()
    )
    batch = begin(browser, "2.000908", case="holder", applicant=str(company.pk))
    upload(browser, batch, fill(template_of(browser, batch), [COPY], {
        "Họ, chữ đệm và tên": "Lê Văn Mẫu", "Số định danh cá nhân": "001099000001"}))  # fmt: skip
    confirm(browser, batch)
    mandate.delete()
    run_jobs()
    assert not Dossier.objects.exists()
    assert "không còn được làm thay" in Line.objects.get().problem


def test_it_is_filed_for_the_record_that_is_kept(town: Town, browser: Client) -> None:
    child = citizens.register_party(kind="citizen", name="Lê Giả Định Con", by=None)
    kept = make_citizen(name=child.name, with_account=False)
    given = {"party": child, "representative": town.applicant, "kind": "guardian", "valid_from": timezone.localdate()}
    Representation.objects.create(**given)
    batch = begin(browser, "2.000908", case="holder", applicant=str(child.pk))
    assert town.applicant.account is not None
    citizens.merge(duplicate=child, into=kept, by=town.applicant.account)
    book = template_of(browser, batch)
    assert book[workbook.COMMON]["B3"].value == kept.identity_number
    upload(browser, batch, fill(book, [COPY]))
    assert confirm(browser, batch).status_code == 302
    run_jobs()
    dossier = Dossier.objects.get()
    assert (dossier.applicant, dossier.representative) == (kept, town.applicant)


def test_a_procedure_that_changed_is_begun_again(town: Town, browser: Client, batch: Batch) -> None:
    upload(browser, batch, fill(template_of(browser, batch), [COPY]))
    Procedure.objects.filter(pk=town.version.procedure_id).update(current_version=None)
    assert confirm(browser, batch).status_code == 409
    assert not queued()


def test_a_batch_is_ones_own(town: Town, batch: Batch) -> None:
    stranger: Party = make_citizen()
    assert stranger.account is not None
    with pytest.raises(NotFound):
        batch_for(stranger.account, batch.pk)
    with pytest.raises(NotFound):
        actions.discard_batch(batch.pk, by=stranger.account)
    assert Batch.objects.exists()


def test_abilities(browser: Client, batch: Batch) -> None:
    now, mine = timezone.now(), batch.account_id
    none = dict.fromkeys(ABILITIES, False)
    assert abilities_for(batch, account=mine, unfiled=0, right=False, at=now) == none | {
        "upload": True,
        "discard": True,
    }
    assert abilities_for(batch, account=mine, unfiled=1, right=True, at=now) == none | {
        "upload": True, "discard": True, "confirm": True}  # fmt: skip
    upload(browser, batch, fill(template_of(browser, batch), [COPY]))
    confirm(browser, batch)
    batch.refresh_from_db()
    assert abilities_for(batch, account=mine, unfiled=1, right=True, at=now) == none | {"pay": True}
    late = now + timezone.timedelta(hours=1)
    assert abilities_for(batch, account=mine, unfiled=1, right=True, at=late) == none | {"resume": True, "pay": True}
    with pytest.raises(Conflict):
        actions.discard_batch(batch.pk, by=batch.account)
    run_jobs()
    batch.refresh_from_db()
    assert abilities_for(batch, account=mine, unfiled=0, right=True, at=late) == none | {"pay": True}


def test_deleting_gives_up_the_papers(browser: Client, batch: Batch) -> None:
    assert browser.get(reverse("batches:discard", args=[batch.pk])).status_code == 200
    assert browser.post(reverse("batches:discard", args=[batch.pk])).url == reverse("batches:mine")
    assert not Batch.objects.exists()


def test_the_pages_ask_a_bounded_number_of_statements(
    town: Town, browser: Client, batch: Batch, django_assert_num_queries: Any
) -> None:
    names = (f"Mẫu {chr(ord('A') + n // 20)} {chr(ord('A') + n % 20)}" for n in range(40))
    upload(browser, batch, fill(template_of(browser, batch), copies(*names)))
    page(browser, batch)
    with django_assert_num_queries(6):
        page(browser, batch)
    with django_assert_num_queries(4):
        browser.get(reverse("batches:mine"))
    confirm(browser, batch)
    run_jobs()
    assert Line.objects.filter(state="filed").count() == 40
    with django_assert_num_queries(9):
        page(browser, batch)


def test_an_office_that_receives_no_more_gets_nothing(town: Town, browser: Client, batch: Batch) -> None:
    upload(browser, batch, fill(template_of(browser, batch), [COPY]))
    Office.objects.update(receives=False)
    refused = confirm(browser, batch)
    assert refused.status_code == 422
    assert "không còn tiếp nhận" in refused.content.decode()
    assert not queued()


def test_who_may_no_longer_act_for_a_company_learns_nothing_of_it(town: Town, browser: Client) -> None:
    company = make_business(address="Xã Mẫu Sơn")
    Representation.objects.create(
        party=company, representative=town.applicant, kind="legal", valid_from=timezone.localdate()
    )
    batch = begin(browser, "2.000908", case="holder", applicant=str(company.pk))
    assert template_of(browser, batch)[workbook.COMMON]["B2"].value == company.name
    Representation.objects.all().delete()
    assert template_of(browser, batch)[workbook.COMMON]["B2"].value is None

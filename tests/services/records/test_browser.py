"""Work files in a real browser: from the list to a package that the command accepts; axe and a phone's width."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from motcua.services.records import actions
from motcua.services.records.cli import check_archive_package
from motcua.services.records.models import Appraisal, TransferredFile
from tests.services.correspondence.factories import given, make_agency
from tests.services.correspondence.test_browser import submit
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.records.factories import Appraising, make_list, over

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.long
def test_a_file_from_the_list_to_the_archive(page: Page, live_server: Any, tmp_path: Path) -> None:
    """Open from the list → add an incoming document → close → offer → take over → check the package."""
    agency, server = make_agency(), live_server.url
    found, task = make_list(agency), given(agency)
    enter(page, server, agency.first)
    inspect(page, server + reverse("records:list", args=[found.pk]))
    page.get_by_role("button", name="Mở hồ sơ").click()
    page.get_by_text("Đã mở hồ sơ.").wait_for()
    own = page.url
    page.goto(server + reverse("correspondence:document", args=[task.document_id]))
    page.get_by_role("link", name="Đưa vào hồ sơ công việc").click()
    inspect(page)
    page.locator("#work_file").select_option(index=1)
    submit(page)
    page.get_by_text("Văn bản đã được đưa vào hồ sơ").wait_for()
    inspect(page, own)
    inspect(page, own + "do/share/")
    inspect(page, own + "do/close/")
    page.locator("#ends_on").fill(f"{found.year}-11-20")
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    inspect(page, server + reverse("records:transfer-new"))
    page.get_by_label("01.KT").check()
    submit(page)
    page.get_by_text("Hồ sơ đang được đóng gói.").wait_for()
    transfer = TransferredFile.objects.get().transfer
    actions.pack(transfer.pk)
    enter(page, server, agency.clerk)
    inspect(page, server + reverse("records:transfer", args=[transfer.pk]))
    with page.expect_download() as download:
        page.get_by_role("link", name="Gói tin").click()
    package = tmp_path / "goi-tin.zip"
    download.value.save_as(package)
    run = CliRunner().invoke(check_archive_package, [str(package)])
    assert (run.exit_code, run.output.strip()) == (0, f"{package}: ok")
    page.get_by_role("button", name="Tiếp nhận vào lưu trữ").click()
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    page.get_by_role("link", name="Biên bản giao nhận (PDF)").wait_for()
    inspect(page, server + reverse("records:book"))
    inspect(page, server + reverse("records:files"))


@pytest.mark.long
def test_files_are_appraised_and_destroyed(page: Page, live_server: Any) -> None:
    """Draw up the list → convene → give an opinion → decide → confirm the destruction by the decision's number."""
    agency, server = make_agency(), live_server.url
    over(agency)
    over(agency, notation="02.KT", title="Duy tu đèn chiếu sáng công cộng các thôn, tổ dân phố năm 2010")
    enter(page, server, agency.clerk)
    inspect(page, server + reverse("records:appraisal-expired"))
    for label in ("01.KT", "02.KT"):
        page.get_by_label(label).check()
    page.get_by_label("Tên danh mục mới").fill("Hồ sơ công việc năm 2010, đợt 1")
    submit(page)
    page.get_by_text("Đã đưa hồ sơ vào danh mục.").wait_for()
    one, found = page.url, Appraisal.objects.get()
    inspect(page, one + "do/convene/")
    work = Appraising(agency, found).convened().voted(of=("head", "clerk"))
    enter(page, server, agency.first)
    inspect(page, one + "do/vote/")
    for choice in page.locator("select").all():
        choice.select_option("destroy")
    submit(page)
    page.get_by_text("Đã ghi nhận ý kiến của ông/bà.").wait_for()
    work.concluded()
    enter(page, server, agency.leader)
    inspect(page, one + "do/approve/")
    page.locator("#notation").fill("34/QĐ-UBND")
    page.locator("#day").fill(timezone.localdate().isoformat())
    page.locator("#opinion").fill("56/SNV-VTLT ngày 10/11/2026 của Sở Nội vụ")
    page.get_by_label("Tôi đã xem danh mục").check()
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    enter(page, server, agency.clerk)
    inspect(page, one + "do/destroy/")
    page.locator("#notation").fill("34/QĐ-UBND")
    submit(page)
    page.get_by_text("Đã bắt đầu hủy.").wait_for()
    actions.carry_out(found.pk)
    inspect(page, one)
    page.get_by_role("link", name="Biên bản hủy tài liệu (PDF)").wait_for()

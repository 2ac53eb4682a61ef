"""A company files its taxis from a spreadsheet in Chromium: a wrong cell, the mended one, one confirmation."""

from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from motcua.services.batches import actions
from motcua.services.batches.models import Batch
from motcua.services.dossiers.models import Dossier
from tests.services.batches.sheets import fill
from tests.services.batches.test_batches import COPY
from tests.services.dossiers.factories import make_town
from tests.services.dossiers.test_desk_browser import enter, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_many_are_filed_from_a_spreadsheet(page: Page, live_server: Any, tmp_path: Any) -> None:
    town, server = make_town(), live_server.url
    assert town.applicant.account is not None
    enter(page, server, town.applicant.account)
    inspect(page, server + reverse("batches:mine"))
    page.goto(server + reverse("dossiers:apply", args=["2.000908"]))
    page.get_by_role("link", name="Nộp nhiều cùng lúc bằng bảng tính").click()
    inspect(page)
    page.locator("#case").check()
    page.get_by_role("button", name="Tiếp tục").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Tải tệp mẫu (.xlsx)").click()
    downloading.value.save_as(tmp_path / "mau.xlsx")

    for holder, said in (("", "1 dòng cần sửa"), ("Lê Văn Mẫu", "Đã đọc 2 dòng, tất cả đều đúng.")):
        lines = [COPY | {"Cấp cho": "Phạm Thị Mẫu"}, COPY | {"Cấp cho": holder}]
        (tmp_path / "gui.xlsx").write_bytes(fill(load_workbook(tmp_path / "mau.xlsx"), lines).getvalue())
        page.locator("#file").set_input_files(tmp_path / "gui.xlsx")
        page.get_by_role("button", name="Tải lên và kiểm tra").click()
        expect(page.get_by_text(said).first).to_be_visible()
        inspect(page)
    page.locator("#declared").check()
    page.get_by_role("button", name="Nộp 2 hồ sơ").click()
    expect(page.get_by_text("Đang nộp: 0 trong 2 dòng", exact=False)).to_be_visible()
    inspect(page)
    actions.file_lines(Batch.objects.get().pk)
    expect(page.get_by_text("Đã nộp 2 hồ sơ.")).to_be_visible()  # the page looks by itself
    inspect(page)
    assert Dossier.objects.count() == 2

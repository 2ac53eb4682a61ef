"""At a telephone: photograph the paper of birth, see what was read from it, confirm it, and send the application."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from motcua.engines.scanning import programs
from motcua.services.dossiers import actions
from motcua.services.dossiers.models import Dossier, Draft
from tests.engines.scanning.pictures import BIRTH_PAPER, as_jpeg, photographed, sheet
from tests.jobs import run_jobs
from tests.services.dossiers.factories import make_town
from tests.services.dossiers.test_desk_browser import enter, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPED = {
    "applicant.name": "Lê Văn Mẫu",
    "applicant.identity_number": "001099000001",
    "applicant.relation": "father",
    "child.hometown": "Xã Mẫu Sơn",
    "residence.with": "parents",
    "residence.head": "Lê Văn Mẫu",
    "residence.head_identity": "001099000001",
    "residence.address": "Thôn Mẫu",
    "insurance.clinic": "Trạm y tế Mẫu",
    "insurance.delivery": "paper",
}


@pytest.mark.long
def test_a_paper_is_photographed_read_confirmed_and_sent(page: Page, live_server: Any) -> None:
    assert programs.missing() == ()
    town = make_town("birth-registration")
    account = town.applicant.account
    assert account is not None
    draft = actions.start_draft(
        account=account,
        version=town.version,
        case=town.version.cases.get(code="birth-insurance"),
        applicant=town.applicant.pk,
        typed={name: [text] for name, text in TYPED.items()},
        options={"return_method": "online", "office": str(town.office.pk)},
    )
    photograph = {
        "name": "IMG_0001.jpg",
        "mimeType": "image/jpeg",
        "buffer": as_jpeg(photographed(sheet(BIRTH_PAPER, size=(1000, 1414), height=36))),
    }
    enter(page, live_server.url, account)
    inspect(page, live_server.url + reverse("dossiers:apply-page", args=[draft.pk, 2]))
    page.set_viewport_size({"width": 375, "height": 800})
    page.get_by_role("link", name="Chụp hoặc quét").click()
    page.get_by_label("Chụp một trang").set_input_files([photograph])
    page.get_by_role("button", name="Thêm", exact=True).click()
    page.get_by_text("Đã thêm 1 tệp").wait_for()
    inspect(page)
    page.get_by_role("button", name="Tạo một tệp PDF").click()
    page.get_by_text("đang được tạo").wait_for()
    run_jobs()
    page.get_by_text("nội dung đã được nhận dạng").wait_for()
    inspect(page)

    page.get_by_role("button", name="Tiếp tục hồ sơ").click()
    inspect(page)
    assert page.locator(".mc-proposed").count() == 5
    assert page.get_by_role("textbox", name="Nơi sinh").input_value() == "Bệnh viện Đa khoa Mẫu Sơn"
    for box in page.locator(".mc-proposed .govuk-checkboxes__label").all():
        box.click()
    page.get_by_role("button", name="Lưu và tiếp tục").click()
    page.get_by_role("heading", name="Cha, mẹ").wait_for()
    for box in page.locator(".mc-proposed .govuk-checkboxes__label").all():
        box.click()
    page.get_by_role("button", name="Lưu và tiếp tục").click()

    page.goto(live_server.url + reverse("dossiers:apply-review", args=[draft.pk]))
    page.locator("label[for=declared]").click()
    page.get_by_role("button", name="Nộp hồ sơ").click()
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_url("**/sent/")
    dossier = Dossier.objects.get()
    assert dossier.form_data["child"]["born"] == "2026-11-20"
    assert dossier.form_data["mother"]["identity_number"] == "001192000002"
    assert dossier.papers.get().file.name == "Giấy chứng sinh.pdf"
    assert not Draft.objects.exists()

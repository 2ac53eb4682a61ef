"""Documents in a real browser: registered from paper, noted, given, finished; axe and a phone's width."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from motcua.services.correspondence.models import IncomingDocument
from tests.services.correspondence.factories import make_agency
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.site.test_browser import page  # noqa: F401 - a fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page: Page) -> None:  # noqa: F811
    page.locator("main form button.govuk-button[type=submit]").last.click()


@pytest.mark.long
def test_a_document_from_paper_to_its_end(page: Page, live_server: Any) -> None:  # noqa: F811
    agency, server = make_agency(), live_server.url
    enter(page, server, agency.clerk)
    inspect(page, server + reverse("correspondence:new"))
    page.locator("#channel").select_option("scan")
    page.locator("#type").select_option("cong_van")
    for name, text in {"notation": "125/SXD-QLN", "sender": "Sở Xây dựng", "subject": "Đèn đường"}.items():
        page.locator(f"#{name}").fill(text)
    page.locator("#document_date").fill("2026-11-20")
    file = {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    page.locator("#files").set_input_files([file])
    submit(page)
    page.get_by_text("Đã vào sổ, số đến 1.").wait_for()
    document = IncomingDocument.objects.get()
    home, own = server + reverse("correspondence:incoming"), page.url
    inspect(page, server + reverse("correspondence:act", args=[document.pk, "propose"]))
    page.locator("#leader").select_option(str(agency.leader.pk))
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()
    for address in (home, server + reverse("correspondence:book", args=["incoming"])):
        inspect(page, address)

    enter(page, server, agency.leader)
    inspect(page, server + reverse("correspondence:act", args=[document.pk, "note"]))
    page.locator("#text").fill("Giao phòng tham mưu trả lời.")
    page.get_by_label("Vai trò của Phòng Kinh tế").select_option("lead")
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()

    enter(page, server, agency.head)
    inspect(page, home)
    page.get_by_role("link", name="Đèn đường").click()
    page.get_by_role("button", name="Giao cho cán bộ").click()
    page.get_by_label("Vai trò của Phạm Văn Mẫu Một").select_option("lead")
    submit(page)
    page.get_by_text("Đã thực hiện.").wait_for()

    enter(page, server, agency.first)
    inspect(page, own)
    page.get_by_role("button", name="Hoàn thành").click()
    page.locator("#text").fill("Đã trả lời.")
    submit(page)
    page.get_by_text("Đã giải quyết").first.wait_for()
    inspect(page, own)

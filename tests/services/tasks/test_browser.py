"""A task in a real browser: ordered from a document, given, reported, accepted by the head and by the leader."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from motcua.services.tasks.models import Task
from tests.services.correspondence.factories import SUBJECT, noted
from tests.services.dossiers.test_desk_browser import enter, inspect
from tests.services.tasks.factories import in_days, make_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def submit(page: Page) -> None:
    page.locator("main form button.govuk-button[type=submit]").last.click()
    page.get_by_text("Đã thực hiện.").wait_for()


@pytest.mark.long
def test_a_task_from_a_document_to_its_acceptance(page: Page, live_server: Any) -> None:
    town, server = make_town(), live_server.url
    agency, document = town.agency, noted(town.agency, due_on=in_days(9)).document
    enter(page, server, agency.leader)
    page.goto(server + reverse("correspondence:document", args=[document.pk]))
    page.get_by_role("button", name="Giao nhiệm vụ").click()
    inspect(page)
    page.get_by_label("Vai trò của Phòng Văn hóa").select_option("supports")
    page.locator("main form button.govuk-button[type=submit]").last.click()
    page.get_by_text("Đã giao nhiệm vụ số").wait_for()
    task, own = Task.objects.get(), page.url

    enter(page, server, agency.head)
    page.goto(server + reverse("tasks:mine"))
    page.get_by_role("link", name=SUBJECT).click()
    page.get_by_role("button", name="Phân công cán bộ").click()
    page.locator("#to").select_option(str(agency.first.pk))
    submit(page)

    enter(page, server, agency.first)
    inspect(page, own + "do/progress/")
    page.locator("#percent").fill("60")
    page.locator("#text").fill("Đã rà soát 3 thôn.")
    file = {"name": "danh-sach.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF"}
    page.locator("#files").set_input_files([file])
    submit(page)
    page.get_by_role("button", name="Báo cáo hoàn thành").click()
    page.locator("#text").fill("Đã xong.")
    submit(page)

    enter(page, server, agency.head)
    page.goto(own)
    page.get_by_role("button", name="Duyệt, trình nơi giao").click()
    submit(page)

    enter(page, server, agency.leader)
    page.goto(server + reverse("tasks:mine"))
    page.get_by_role("link", name=SUBJECT).click()
    page.get_by_role("button", name="Nghiệm thu").click()
    submit(page)
    page.get_by_text("Hoàn thành").first.wait_for()
    task.refresh_from_db()
    assert (task.state, task.percent) == ("accepted", 100)
    for address in (own, server + reverse("tasks:mine") + "?filter=ordered", server + reverse("tasks:board")):
        inspect(page, address)

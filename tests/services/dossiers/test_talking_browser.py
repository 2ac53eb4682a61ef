"""The conversation inside a dossier in a real browser: both sides, axe, and a phone's width."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.services.dossiers.factories import accept, make_town, submit
from tests.services.dossiers.test_desk_browser import enter, inspect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_question_and_its_answer(page: Page, live_server: Any) -> None:
    town = make_town()
    dossier = accept(town, submit(town))
    assert town.applicant.account is not None
    enter(page, live_server.url, town.applicant.account)
    mine = live_server.url + reverse("dossiers:my-questions", args=[dossier.number])
    inspect(page, mine)
    page.locator("#text").fill("Tôi có phải mang bản chính không?")
    page.locator("main form button[type=submit]").click()
    page.get_by_text("Đã gửi câu hỏi đến cơ quan.").wait_for()
    page.context.clear_cookies()
    enter(page, live_server.url, town.specialist)
    inspect(page, live_server.url + reverse("site:desk"))
    page.get_by_text("Tôi có phải mang bản chính không?").wait_for()
    inspect(page, live_server.url + reverse("dossiers:desk-questions", args=[dossier.number]))
    page.locator("#text").fill("Có, Ông/Bà mang theo khi nhận kết quả.")
    page.locator("main form button[type=submit]").click()
    page.get_by_text("Đã gửi cho người nộp hồ sơ.").wait_for()
    page.context.clear_cookies()
    enter(page, live_server.url, town.applicant.account)
    inspect(page, mine)
    page.get_by_text("Có, Ông/Bà mang theo khi nhận kết quả.").wait_for()

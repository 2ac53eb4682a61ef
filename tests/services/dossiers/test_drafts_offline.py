"""Typing without network, in Chromium: kept on the device for whoever chose it, sent later, erased at sign-out."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from motcua.services.dossiers.models import Draft
from tests.factories import sign_in
from tests.services.dossiers.factories import make_town
from tests.services.dossiers.test_desk_browser import enter
from tests.services.dossiers.test_portal_drafts import begin, page_of, signed_in
from tests.site.test_browser import stands_axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "[name='record.name']"
# What the browser itself says without network, at a conflict, and when it clears.
EXPECTED = ("ERR_INTERNET_DISCONNECTED", "409 (Conflict)", "Clear-Site-Data header on")
STORED = """async () => ({
    databases: (await indexedDB.databases()).length, items: localStorage.length, caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length })"""
NOTHING = {"databases": 0, "items": 0, "caches": [], "workers": 0}
HELD = """async () => (await Promise.all((await caches.keys()).map(async name =>
    (await (await caches.open(name)).keys()).map(request => new URL(request.url).pathname)))).flat()"""


@pytest.fixture
def draft() -> Draft:
    town = make_town()
    return begin(town, signed_in(town), case="holder")


@pytest.fixture
def form(page: Page, live_server: Any, draft: Draft) -> Iterator[Page]:
    """The second page of the form, opened by the applicant on a telephone of their own."""
    complaints: list[str] = []
    assert page.context.browser is not None
    device = page.context.browser.new_context(locale="vi-VN", viewport={"width": 375, "height": 740})
    device.clock.install()
    opened = device.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    enter(opened, live_server.url, draft.account)
    opened.goto(live_server.url + page_of(draft, 2))
    opened.wait_for_selector("[data-draft-choice]:not([hidden])")
    yield opened
    device.close()
    assert [text for text in complaints if not any(each in text for each in EXPECTED)] == []


def choose(form: Page) -> None:
    """Have drafts kept on this device, and wait for the worker that holds the offline page."""
    form.get_by_label("Giữ nội dung đang nhập trên thiết bị này khi mất mạng").check()
    form.evaluate("navigator.serviceWorker.ready.then(() => 1)")


def type_and_pause(form: Page, text: str) -> None:
    """Type, and let the pause pass after which a draft is saved."""
    form.fill(NAME, text)
    form.clock.fast_forward("00:02")


def type_without_network(form: Page, text: str) -> None:
    form.context.set_offline(True)
    type_and_pause(form, text)
    form.get_by_text("Nội dung đã nhập được giữ trên thiết bị này").wait_for()


def typed(draft: Draft) -> list[str]:
    draft.refresh_from_db()
    return draft.typed.get("record.name", [])


def test_from_the_first_line_without_network_to_signing_out(form: Page, draft: Draft, live_server: Any):
    _without_choice_nothing_is_stored(form, draft)
    choose(form)
    stands_axe(form)
    type_without_network(form, "Giấy khai sinh")
    assert typed(draft) == ["Không chọn giữ"]
    form.context.set_offline(False)
    form.get_by_text("Đã lưu bản nháp").wait_for()
    assert typed(draft) == ["Giấy khai sinh"]
    type_without_network(form, "Giấy khai sinh, bản chính")
    _the_device_keeps_it_while_the_page_is_closed(form, live_server.url + reverse("dossiers:my-dossiers"))
    assert typed(draft) == ["Giấy khai sinh, bản chính"]
    form.goto(live_server.url + page_of(draft, 2))
    form.locator("details[data-menu] summary").click()
    with form.expect_navigation(url="**/account/sign-in/"):
        form.get_by_role("button", name="Đăng xuất").click()
    assert form.evaluate(STORED) == NOTHING


def test_storage_that_fails_keeps_nobody_signed_in(form: Page):
    choose(form)
    form.evaluate("() => { IDBFactory.prototype.open = () => { throw new Error('broken') } }")
    form.locator("details[data-menu] summary").click()
    with form.expect_navigation(url="**/account/sign-in/"):
        form.get_by_role("button", name="Đăng xuất").click()
    assert form.evaluate(STORED) == NOTHING


def _without_choice_nothing_is_stored(form: Page, draft: Draft) -> None:
    form.context.set_offline(True)
    type_and_pause(form, "Không chọn giữ")
    form.get_by_text("Chưa lưu được").wait_for()
    with form.expect_event("requestfailed"):
        form.get_by_role("button", name="Lưu và tiếp tục").click()
    assert form.input_value(NAME) == "Không chọn giữ"  # no error page of the browser has taken its place
    form.context.set_offline(False)
    form.get_by_text("Đã lưu bản nháp").wait_for()
    assert typed(draft) == ["Không chọn giữ"]
    assert form.evaluate(STORED) == NOTHING


def _the_device_keeps_it_while_the_page_is_closed(form: Page, elsewhere: str) -> None:
    """The worker shows the offline page with what waits, and holds nothing that the person has opened."""
    form.goto(elsewhere)
    form.get_by_text("đang chờ có mạng").wait_for()
    assert form.title().startswith("Không có kết nối mạng")
    stands_axe(form)
    held = form.evaluate(HELD)
    assert reverse("site:offline", args=["vi"]) in held
    assert [path for path in held if not path.startswith(("/static/site/build/", "/offline/"))] == []
    form.context.set_offline(False)
    form.get_by_text("đã gửi, đã lưu bản nháp").wait_for()


def test_a_newer_draft_is_never_overwritten_unasked(form: Page, draft: Draft):
    choose(form)
    type_without_network(form, "Gõ trên xe")
    elsewhere = sign_in(Client(), draft.account)
    elsewhere.post(page_of(draft, 2), {"record.name": "Gõ ở nhà"}, headers={"X-Requested-With": "fetch"})
    form.context.set_offline(False)
    form.get_by_text("Ông/Bà muốn giữ bản nào?").wait_for()
    stands_axe(form)
    form.get_by_role("button", name="Lưu và tiếp tục").click()  # leads nowhere before the question is answered
    assert typed(draft) == ["Gõ ở nhà"]
    form.reload()
    form.get_by_text("Ông/Bà muốn giữ bản nào?").wait_for()
    with form.expect_navigation():
        form.get_by_role("button", name="Bản nhập trên thiết bị này").click()
    assert typed(draft) == ["Gõ trên xe"]
    assert form.input_value(NAME) == "Gõ trên xe"

"""The shell in a real browser: axe, the security policy, a phone's width, and what scripts add."""

from typing import Any

import pytest
from django.http import HttpRequest
from playwright.sync_api import Page

from motcua.kernel.web import navigation
from motcua.kernel.web.navigation import Lookup, NavItem, Waiting
from motcua.people.accounts.models import Account
from tests.axe import assert_accessible
from tests.engines.signing.factories import sealed
from tests.factories import make_citizen, make_officer, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Keys without a pause between them, however busy the machine is.
SCAN = """keys => keys.forEach(key => document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })))"""


def twelve(request: HttpRequest) -> Waiting:
    """Twelve things that wait."""
    return Waiting("SELECT FROM generate_series(1, 12)")


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    """A menu with a number and a search box, as rooms register them."""
    monkeypatch.setattr(navigation, "_items", {})
    monkeypatch.setattr(navigation, "_lookups", {})
    home = NavItem(area="desk", label="Trang chủ", url_name="site:desk", waiting=twelve)
    help_page = NavItem(area="portal", label="Hỗ trợ tiếp cận", url_name="site:accessibility")
    for item in (home, help_page):
        navigation.register(item)
    for area in ("desk", "procedures", "tracking"):
        navigation.register_lookup(Lookup(area=area, url_name="site:accessibility", label="Mã hồ sơ"))


def sign_in_browser(page: Page, client: Any, server: str, account: Account | None = None) -> None:
    sign_in(client, account or make_officer())
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": server} for name, cookie in client.cookies.items()]
    )


def test_pages_are_accessible_and_fit(page: Page, rooms: None, client: Any, live_server: Any):
    sign_in_browser(page, client, live_server.url)
    for path in ("/", "/accessibility/", "/desk/"):
        page.goto(live_server.url + path)
        stands_axe(page)
        assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"')")


def test_a_scan_is_looked_up_wherever_the_focus_is(page: Page, rooms: None, client: Any, live_server: Any):
    sign_in_browser(page, client, live_server.url)
    page.goto(live_server.url + "/desk/")
    page.wait_for_selector("body.js-enabled")
    page.evaluate(SCAN, [*"H99.16-261122-0001", "Enter"])
    page.wait_for_url("**/accessibility/?q=H99.16-261122-0001")


def test_typing_slowly_is_no_scan(page: Page, rooms: None, live_server: Any):
    page.goto(live_server.url)
    page.wait_for_selector("body.js-enabled")
    page.keyboard.type("H99.16", delay=60)
    page.keyboard.press("Enter")
    assert page.url == live_server.url + "/"


def test_the_menu_opens_and_closes_by_keyboard(page: Page, rooms: None, client: Any, live_server: Any):
    sign_in_browser(page, client, live_server.url)
    page.goto(live_server.url + "/desk/")
    page.wait_for_selector("body.js-enabled")
    page.focus("details[data-menu] summary")
    page.keyboard.press("Enter")
    assert page.is_visible("text=Đăng xuất")
    page.keyboard.press("Escape")
    assert not page.is_visible("text=Đăng xuất")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_link_that_is_called_a_button_is_pressed_by_the_space_bar(page: Page, client: Any, live_server: Any):
    account = make_citizen().account
    assert account is not None
    sign_in_browser(page, client, live_server.url, account)
    page.goto(live_server.url + "/my/store/")
    page.wait_for_selector("body.js-enabled")
    page.locator("main a[role=button]:not([data-module])").first.press("Space")
    page.wait_for_url("**/my/store/upload/")


def test_a_chosen_file_is_judged(page: Page, live_server: Any):
    """The place for the file is a drop zone by script; pages with and without verdicts stand axe and a phone."""
    page.goto(live_server.url + "/verify/")
    page.wait_for_selector(".govuk-file-upload-button")
    stands_axe(page)
    signed = {"name": "quyet-dinh.pdf", "mimeType": "application/pdf", "buffer": sealed()}
    page.locator("input[type=file]").set_input_files([signed])
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    page.wait_for_selector("#result")
    page.get_by_text("Chi tiết chữ ký thứ 1").click()
    assert page.get_by_text("DauCQ").first.is_visible()
    stands_axe(page)


def stands_axe(page: Page) -> None:
    """At the width of a desk and of a phone."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

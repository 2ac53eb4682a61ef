"""The home page over a slow line: what it weighs with all that it loads, and that nobody waits for scripts."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.browsing import Visitors
from tests.journeys.house import House

pytestmark = pytest.mark.browser
MOST_BYTES = 150 * 1024
TEXTS = {"Document", "Stylesheet", "Script"}


@pytest.fixture
def first_visit(house: House, visitors: Visitors) -> Any:
    """A browser that has never been here."""
    context = visitors.browser.new_context(locale="vi-VN", viewport={"width": 375, "height": 740})
    yield context.new_page()
    context.close()


def loaded(page: Page, url: str) -> list[dict[str, Any]]:
    """Everything that a page loads, with the bytes that travelled: heads, and bodies as they were compressed."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    answers: dict[str, dict[str, Any]] = {}
    session.on(
        "Network.responseReceived",
        lambda told: answers.update({told["requestId"]: {**told["response"], "type": told["type"]}}),
    )
    session.on(
        "Network.loadingFinished", lambda told: answers[told["requestId"]].update(bytes=told["encodedDataLength"])
    )
    page.goto(url, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => 1)")
    return [answer for answer in answers.values() if not answer["url"].startswith("data:")]


def test_it_weighs_little_with_all_that_it_loads(house: House, first_visit: Page):
    answers = loaded(first_visit, f"{house.url}/")
    assert {answer["status"] for answer in answers} == {200}
    kinds = {answer["type"] for answer in answers}
    assert kinds >= {*TEXTS, "Font"}
    weights = {answer["url"]: answer["bytes"] for answer in answers}
    assert sum(weights.values()) <= MOST_BYTES, weights
    for answer in answers:
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        if answer["type"] in TEXTS:
            assert headers["content-encoding"] in {"br", "gzip"}, answer["url"]
        if "/build/" in answer["url"]:
            assert headers["cache-control"] == "max-age=315360000, public, immutable", answer["url"]


def test_nothing_but_the_theme_is_waited_for(house: House, first_visit: Page):
    """Scripts that never arrive keep nobody from searching; fonts are swapped in when they come."""
    first_visit.route("**/*.js", lambda route: None)  # asked for and never answered
    first_visit.route("**/*.woff2", lambda route: None)
    first_visit.goto(f"{house.url}/", wait_until="commit")
    first_visit.get_by_role("searchbox").first.fill("khai sinh")
    first_visit.keyboard.press("Enter")
    first_visit.wait_for_url("**/procedures/?q=khai+sinh", wait_until="commit")
    assert first_visit.get_by_role("link", name="khai sinh").first.is_visible()

"""The twenty most used pages look at three widths as they did. ``make visual`` renews their prints (testing.md)."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browsers import QUICK
from tests.programs import chromium
from tests.services.dossiers.test_desk_browser import enter
from tests.visual import report
from tests.visual.pages import Shown, twenty
from tests.visual.prints import MOST_APART, SQUARE, apart, print_of, stored, unstored

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
KEPT = Path(__file__).parent / "kept"
REPORT = Path(__file__).parents[2] / "var/visual"
WIDTHS, HEIGHT = (376, 768, 1280), 1400  # 375, and the pixel that makes it whole squares
HINTING = "--font-render-hinting=none"  # the shell's letters stand as those of Chromium with windows
# What another day would show: every number becomes 00, and how much time is left is said the same way.
STILL = """() => {
  for (const each of document.querySelectorAll(".mc-deadline")) {
    each.className = "mc-deadline";
    each.textContent = "00";
  }
  for (const each of document.querySelectorAll("[data-stream-lost]")) each.remove();  // no streams run here
  for (const each of document.querySelectorAll(".mc-demonstration")) each.remove();  // of the keys of tests
  for (const each of document.querySelectorAll("[type=file]")) each.style.visibility = "hidden";  // speaks its own
  for (const each of document.querySelectorAll("input")) if (/\\d/.test(each.value)) each.value = "00";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/\\d+/g, "00");
  document.activeElement?.blur();
  return document.fonts.ready.then(() => undefined);
}"""


def test_pages_look_as_they_did(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    is_renewing = os.environ.get("MOTCUA_VISUAL") == "renew"
    looks: list[report.Look] = []
    shown = twenty()
    assert len(shown) == 20
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", HINTING, *QUICK])
        windows: dict[Any, Page] = {}
        for each in shown:
            if each.account not in windows:
                windows[each.account] = window(browser, live_server.url, each)
            page = windows[each.account]
            shots = photographed(page, live_server.url + each.path)
            now = [print_of(shot) for shot in shots]
            file = KEPT / f"{each.name}.png"
            before = unstored(file.read_bytes(), [width // SQUARE for width in WIDTHS]) if file.exists() else []
            distances = [apart(*pair) for pair in zip(before, now, strict=True)] if before else [1.0] * len(now)
            looks.append(report.Look(each.name, WIDTHS, shots, before, now, distances))
            if is_renewing and max(distances) > 0:
                file.write_bytes(stored(now))
        browser.close()
        connections.close_all()
    changed = {look.name: look.distances for look in looks if max(look.distances) > MOST_APART}
    if is_renewing or changed:
        report.write(REPORT, looks)
    assert is_renewing or not changed, f"Look at {REPORT / 'report.html'}; if it is meant: make visual.\n{changed}"


def window(browser: Browser, server: str, shown: Shown) -> Page:
    """A window of whoever looks, in which nothing moves."""
    page = browser.new_context(locale="vi-VN", reduced_motion="reduce", device_scale_factor=1).new_page()
    if shown.account is not None:
        enter(page, server, shown.account)
    return page


def photographed(page: Page, address: str) -> list[bytes]:
    """The page's upper part at each width, the same on every day."""
    page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok, f"{address}: {answer.status}"
    page.wait_for_selector("body.js-enabled")
    page.evaluate(STILL)
    shots = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        shots.append(page.screenshot(animations="disabled", caret="hide"))
    return shots

"""The browser of a worker process: started once, a window of its own for each test."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.programs import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Starting it takes longer than most pages."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that knows nothing of other tests; whatever it writes to its console fails the test."""
    complaints: list[str] = []
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:  # the server still answers, and holds the database meanwhile
            thread.join(timeout=10)
    assert complaints == []

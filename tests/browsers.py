"""The browser of a worker process: started once, a window of its own for each test."""

from collections.abc import Iterator

import pytest
from django.db import connections
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
    connections.close_all()  # those that Django opened for the thread with a running loop
    assert complaints == []

"""The browser of a worker process: started once, a window of its own for each test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, ClassVar

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, sync_playwright

from tests.programs import chromium

# Pages live for a moment: to optimise their scripts costs more than it saves (axe takes a third less without). No
# graphics card draws anything, so that a process of its own would only have to be started and spoken with.
# RenderDocument makes each page a frame of its own, a third of the time of going to it. What is named with it replaces
# what Playwright would switch off: of that, whatever matters to pages on the loopback.
WITHOUT = [
    "RenderDocument", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
    "OptimizationHints", "PaintHolding", "ThirdPartyStoragePartitioning",
]  # fmt: skip
SWITCHES = ["--js-flags=--no-opt --no-maglev --no-sparkplug", "--in-process-gpu"]
QUICK = [*SWITCHES, f"--disable-features={','.join(WITHOUT)}"]


class LiveServer(ThreadedWSGIServer):
    """The server of pages for a browser; it knows where it may still be asked something."""

    lines: ClassVar[set[socket.socket]] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread answers what comes over this line."""
        self.lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Nothing comes any more."""
        self.lines.discard(request)
        super().shutdown_request(request)

    @classmethod
    def finish(cls) -> None:
        """Let what is being answered be answered, and end. A browser keeps lines over which it never asks anything."""
        for line in list(cls.lines):
            with suppress(OSError):  # the browser has gone meanwhile
                line.shutdown(socket.SHUT_RD)
        for thread in threading.enumerate():
            if "process_request_thread" in thread.name:  # it holds the database as long as it answers
                thread.join(timeout=10)


LiveServerThread.server_class = LiveServer


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Starting it takes longer than most pages."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", *QUICK])
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
    LiveServer.finish()
    assert complaints == [], complaints

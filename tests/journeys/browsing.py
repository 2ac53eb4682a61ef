"""People at a browser: who is signed in keeps a window of their own, and every page they come to is looked at."""

import base64
import re
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page

from motcua.people.accounts import rules
from motcua.site.demo.people import PASSWORD
from tests.axe import violations
from tests.journeys.building import secret_of
from tests.journeys.house import House

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 740}
SERIOUS = {"serious", "critical"}
MOST_ROWS = 20
PATIENCE = 120_000  # milliseconds
NAMED = re.compile(r"/[^/]*\d[^/]*")  # codes, numbers and keys in an address
# Every kind of element with what axe judges by, without texts and addresses; and whether there is more than one of it.
MAKE = """() => {
    const kinds = {};
    for (const each of document.querySelectorAll("html, title, body *")) {
        const named = each.getAttributeNames().filter(name => /^aria|role|alt|for|lang/.test(name));
        const kind = [each.tagName, each.className, each.type, each.hidden, each.textContent === "", ...named].join();
        kinds[kind] = kinds[kind] ? "many" : "one";
    }
    return Object.entries(kinds).map(each => each.join());
}"""


class Visitors:
    """The windows of everybody who takes part, by username; the public's is ``""``. ``phones`` have a narrow one."""

    def __init__(self, browser: Browser, house: House, phones: Collection[str] = ()) -> None:
        self.browser, self.house, self.phones = browser, house, phones
        self.complaints: list[str] = []  # what the console said
        self._windows: dict[str, Page] = {}
        self._seen: dict[str, set[str]] = defaultdict(set)  # kinds of elements, by addresses

    def window(self, username: str = "") -> Page:
        """Their window; signed in when it is opened first."""
        if username not in self._windows:
            phone = username in self.phones
            size = PHONE if phone else DESKTOP
            page = self.browser.new_context(locale="vi-VN", viewport=size, has_touch=phone).new_page()  # type: ignore[arg-type]
            page.set_default_timeout(PATIENCE)
            page.on("console", lambda message: self.complaints.append(f"{page.url}: {message.text}"))
            page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
            self._windows[username] = page
            if username:
                self._sign_in(page, username)
        return self._windows[username]

    def visit(self, page: Page, path: str) -> None:
        """Go to an address of the house."""
        answer = page.goto(f"{self.house.url}{path}")
        assert answer is not None
        assert answer.ok, f"{path}: {answer.status}"
        self.look(page)

    def press(self, page: Page, what: Locator) -> None:
        """Follow a link or press a button that leads to a page, and look at it. A form that is refused fails."""
        with page.expect_navigation() as arrived:
            what.click()
        assert arrived.value is not None
        assert arrived.value.ok, f"{page.url}: {arrived.value.status}\n{self._said(page)}"
        self.look(page)

    def look(self, page: Page) -> None:
        """The console has been silent (a breach of the security policy is said there), nothing scrolls sideways, axe
        finds nothing serious.

        Axe takes longer than the page itself: it looks again where an address shows a kind of element that it had not.
        """
        assert self.complaints == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        make, seen = page.evaluate(MAKE), self._seen[NAMED.sub("/#", urlsplit(page.url).path)]
        if seen.issuperset(make):
            return
        seen.update(make)
        found = [
            (each["id"], [node["html"][:200] for node in each["nodes"]])
            for each in violations(page)
            if each["impact"] in SERIOUS
        ]
        assert found == [], page.url

    def _sign_in(self, page: Page, username: str) -> None:
        page.goto(f"{self.house.url}/account/sign-in/")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        self._send(page)
        if page.url.endswith("/account/second-step/"):
            page.fill("[name=code]", code_of(secret_of(username)))
            self._send(page)
        elif page.url.endswith("/account/?needed=1"):
            self._enrol(page)
        assert not page.url.endswith(("/sign-in/", "/second-step/")), self._said(page)

    def _enrol(self, page: Page) -> None:
        """Register an authenticator app, without which the house opens nothing else."""
        self.press(page, page.locator('main a[href$="/account/app/"]').first)
        secret = base64.b32decode("".join(page.locator("main code").inner_text().split()))
        page.fill("[name=code]", code_of(secret))
        self._send(page)
        assert page.locator("main .mc-codes").count(), self._said(page)

    def _send(self, page: Page) -> None:
        """Press the button of the page's first form."""
        self.press(page, page.locator("main form button[type=submit]").first)

    def _said(self, page: Page) -> str:
        """The error summary of a page, or its heading."""
        return " | ".join(page.locator(".govuk-error-summary, h1").all_inner_texts())


def code_of(secret: bytes) -> str:
    """What an authenticator app shows now."""
    return rules.authenticator(secret).generate(int(time.time())).decode()


def fill(visitors: Visitors, page: Page, typed: Mapping[str, Sequence[str]], within: str = "main") -> None:
    """Type the answers that the page asks for and shows; rows are added to repeating groups as needed."""
    for name, texts in typed.items():
        if name.endswith("-rows"):
            _add_rows(visitors, page, name, int(texts[0]))
    for name, texts in typed.items():
        _answer(page.locator(f'{within} [name="{name}"]:not([type=hidden])'), texts)


def _add_rows(visitors: Visitors, page: Page, name: str, wanted: int) -> None:
    group = name.removesuffix("-rows")
    for _ in range(MOST_ROWS):
        held = page.locator(f'[name="{name}"]')
        if not held.count() or int(held.input_value()) >= wanted:
            return
        visitors.press(page, page.locator(f'button[value="add:{group}"]'))


def _answer(inputs: Locator, texts: Sequence[str]) -> None:
    if not texts or not inputs.count():
        return
    kind = inputs.first.evaluate("each => each.type")
    if kind in ("radio", "checkbox"):
        for text in texts:
            chosen = inputs.and_(inputs.page.locator(f'[value="{text}"]'))
            if chosen.count() and chosen.locator("xpath=..").is_visible():
                chosen.check()
    elif inputs.first.is_visible():
        if kind == "select-one":
            inputs.first.select_option(texts[0])
        else:
            inputs.first.fill(texts[0])


def hrefs(page: Page, pattern: str) -> list[str]:
    """The addresses of all links that match."""
    found: list[str] = page.locator(f'main a[href*="{pattern}"]').evaluate_all("links => links.map(each => each.href)")
    return found

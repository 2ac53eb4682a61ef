"""Somebody with a keyboard alone: Tab until what they look for has the focus, then Enter, the space bar, or typing."""

from playwright.sync_api import Page, expect

MOST_STOPS = 120
# What a screen reader says of the element in focus: its label, or its text with the hidden words.
NAME = """() => {
  const each = document.activeElement;
  const name = each.getAttribute("aria-label") ?? each.labels?.[0]?.textContent ?? each.textContent;
  return name.replace(/\\s+/g, " ").trim().slice(0, 60);
}"""
KIND = "() => document.activeElement.type || document.activeElement.localName"


class Keyboard:
    """The keys of one window."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, name: str, kind: str = "") -> None:
        """Tab to the element whose name begins like this (``kind``: its type, or ``a``). Fails when there is none."""
        passed: list[str] = []
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(NAME)
            passed.append(here)
            if here.startswith(name) and kind in ("", self.page.evaluate(KIND)):
                return
        raise AssertionError(f"{self.page.url}: never came to {name!r}, but to {passed}")

    def follow(self, name: str, kind: str = "") -> None:
        """Go where a link or button leads."""
        self.reach(name, kind)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type(self, name: str, text: str) -> None:
        """Fill in a field."""
        self.reach(name)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def pick(self, name: str, kind: str) -> None:
        """Tick a box or choose a radio button."""
        self.reach(name, kind)
        self.page.keyboard.press("Space")
        expect(self.page.locator("*:focus")).to_be_checked()

    def choose(self, name: str, text: str) -> None:
        """Go down a list to the entry that holds this text."""
        self.reach(name)
        for _entry in range(MOST_STOPS):
            self.page.keyboard.press("ArrowDown")
            if text in self.page.evaluate("document.activeElement.selectedOptions[0].text"):
                return
        raise AssertionError(f"{self.page.url}: {text!r} is not in {name!r}")

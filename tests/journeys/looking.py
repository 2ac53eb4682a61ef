"""What a page must be for whoever zooms, uses the keyboard, a screen reader, or cannot bear motion (WCAG 2.2, AA)."""

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po
from playwright.sync_api import Page, ViewportSize

from tests.axe import violations

ZOOMED: ViewportSize = {"width": 320, "height": 640}  # a window of 1280 pixels at 400 %
SOURCE = Path(__file__).parents[2] / "src/motcua"
# Every element that takes the focus is focused: what of it is seen, and how it shows that it has the focus.
FOCUS = """() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const seen = element => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length
    && !element.disabled;
  const look = element => [null, "::after"].map(part => {  // of a card that can be pressed, what lies over it shows it
    const { outline, boxShadow, backgroundColor, borderColor, textDecoration } = getComputedStyle(element, part);
    return [outline, boxShadow, backgroundColor, borderColor, textDecoration].join();
  }).join();
  const nine = ({ left, top, width, height }) => [0.1, 0.5, 0.9].flatMap(
    across => [0.1, 0.5, 0.9].map(down => [left + width * across, top + height * down]));
  const found = [];
  for (const element of [...document.querySelectorAll(wanted)].filter(seen)) {
    if (element.tabIndex < 0) continue;
    document.activeElement.blur();
    const label = element.labels?.[0];
    const parts = [element, label, element.parentElement].filter(Boolean);
    const before = parts.map(look).join();
    element.focus({ focusVisible: true });
    if (document.activeElement !== element) continue;
    const told = element.outerHTML.slice(0, 120);
    const drawn = getComputedStyle(label ?? element, "::before").boxShadow.includes("rgb");  // boxes to tick
    if (parts.map(look).join() === before && !drawn) found.push("no sign of focus: " + told);
    const shows = ([x, y]) => {
      const top = document.elementFromPoint(x, y);
      return top && (element.contains(top) || top.contains(element) || label?.contains(top));
    };
    if (!nine(element.getBoundingClientRect()).some(shows)) found.push("obscured: " + told);
  }
  document.activeElement.blur();
  return found;
}"""
MOVING = """() => {
  const moves = element => {
    const { transitionDuration, animationDuration, scrollBehavior } = getComputedStyle(element);
    const times = [...transitionDuration.split(","), ...animationDuration.split(",")].map(parseFloat);
    return scrollBehavior === "smooth" || times.some(seconds => seconds > 0.01);
  };
  return [...document.querySelectorAll("body *")].filter(moves).map(each => each.outerHTML.slice(0, 120));
}"""
# Texts and names with the language that the page says they are in.
TEXTS = """() => {
  const language = element => element.closest("[lang]")?.lang ?? "";
  const named = [...document.querySelectorAll("[aria-label], [alt], [title], [placeholder]")].flatMap(each =>
    ["aria-label", "alt", "title", "placeholder"].map(name => [language(each), each.getAttribute(name)]));
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) texts.push([language(walker.currentNode.parentElement), walker.currentNode.data]);
  return [["vi", document.title.split(" – ")[0]], ...named, ...texts]
    .map(([code, text]) => [code, (text ?? "").replace(/\\s+/g, " ").trim()]).filter(([, text]) => text);
}"""


def looked_at(page: Page) -> list[str]:
    """Everything that is wrong with a page at its width; empty when nothing is."""
    found = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    wrong = [] if found[0] <= found[1] else [f"scrolls sideways: {found[0]} of {found[1]}"]
    wrong += too_small(page)
    wrong += [f"moves: {told}" for told in page.evaluate(MOVING)]
    wrong += untranslated(page)
    page.keyboard.press("Tab")  # from here on it is a keyboard's page
    return wrong + list(page.evaluate(FOCUS))


def too_small(page: Page) -> list[str]:
    """Targets below 24 by 24 pixels without room around them (2.5.8), as axe judges it."""
    found = violations(page, rule="target-size")
    return [f"too small: {node['html'][:120]}" for each in found for node in each["nodes"]]


def untranslated(page: Page) -> list[str]:
    """Names and texts in English on a Vietnamese page, for whom a voice reads them wrong (3.1.1, 3.1.2)."""
    told = page.evaluate(TEXTS)
    wrong = [f"in English: {text}" for code, text in told if code == "vi" and text in english()]
    return wrong + sorted({f"in no language: {text[:60]}" for code, text in told if not code})


@cache
def english() -> frozenset[str]:
    """Every English text of the house that is another in Vietnamese, and no Vietnamese word besides (“In”: print)."""
    english, vietnamese = set[str](), set[str]()
    for path in SOURCE.glob("*/**/locale/vi/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            told = [(each.id, each.string) for each in read_po(file) if isinstance(each.id, str) and each.id]
        english |= {text for text, translated in told if translated != text}
        vietnamese |= {str(translated) for _text, translated in told}
    return frozenset(english - vietnamese)

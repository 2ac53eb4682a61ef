"""What axe-core says of a page: the one place where tests ask it, and where they save the time that it takes.

Whether a text stands out takes axe longer than everything else together. That depends on what the text and the ground
below it are painted with, and not on where they stand: each way of painting is judged once in a worker process.
"""

from typing import Any
from weakref import WeakSet

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, Page

Violations = list[dict[str, Any]]
ASK = """async ([judged, options]) => {
  if (typeof axe === "undefined") loadAxe();
  const grounds = new WeakMap();
  const ground = element => {
    if (!element) return "";
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element), own = [];
      if (backgroundColor !== "rgba(0, 0, 0, 0)") own.push(backgroundColor);
      if (backgroundImage !== "none") own.push(backgroundImage);
      if (opacity !== "1") own.push(opacity);
      if (position === "absolute" || position === "fixed") own.push(position);
      grounds.set(element, [...own, ground(element.parentElement)].join(" "));
    }
    return grounds.get(element);
  };
  const painted = element => {
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element);
    return [color, fontSize, fontWeight, textShadow, ground(element)].join(" ");
  };
  const shows = element => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && element.getBoundingClientRect().width > 1 && !element.matches(":disabled, [aria-disabled=true], :disabled *");
  const speaks = element => element.matches("input, select, textarea")
    || [...element.childNodes].some(each => each.nodeType === Node.TEXT_NODE && each.data.trim());
  const known = new Set(judged), ways = new Map();
  for (const element of document.querySelectorAll("body, body *")) {
    if (!speaks(element) || !shows(element)) continue;
    const way = painted(element);
    if (!known.has(way)) ways.set(way, [...(ways.get(way) ?? []), element]);
  }
  const asked = { iframes: false, resultTypes: ["violations"], ...options };
  const contrast = { "color-contrast": { enabled: false } };
  const found = (await axe.run(document, { ...asked, rules: contrast })).violations;
  const only = { ...asked, runOnly: { type: "rule", values: ["color-contrast"] } };
  const pale = ways.size && !options.runOnly
    ? (await axe.run({ include: [...ways.values()].flat() }, only)).violations : [];
  return [[...found, ...pale], pale.length ? [] : [...ways.keys()]];
}"""
# Sending it over takes longer than running it: each new page of a window gets it as a function that it may call.
AT_HAND = f"window.loadAxe = function () {{ {AXE_SCRIPT} }}"
_judged: set[str] = set()
_with_axe = WeakSet[BrowserContext]()


def violations(page: Page, *, rule: str = "") -> Violations:
    """What breaks a rule of axe, or this one rule, as axe tells it."""
    if page.context not in _with_axe:
        page.evaluate(AXE_SCRIPT)
        page.context.add_init_script(AT_HAND)
        _with_axe.add(page.context)
    options = {"runOnly": {"type": "rule", "values": [rule]}} if rule else {}
    found, judged = page.evaluate(ASK, [sorted(_judged), options])
    if not rule:
        _judged.update(judged)
    return list(found)


def assert_accessible(page: Page) -> None:
    """Axe finds nothing at all."""
    found = [(each["id"], [node["target"] for node in each["nodes"]]) for each in violations(page)]
    assert found == [], page.url

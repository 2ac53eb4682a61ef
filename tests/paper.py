"""What a page is on paper: all that is read on the screen, and nothing that only a screen needs."""

from playwright.sync_api import Page

A4 = {"width": 688, "height": 1002}  # pixels within the margins of print.scss
READ = """() => {
  const acts = "form, nav, .govuk-button-group, .mc-acts, .mc-heading-row__actions";
  const texts = [...document.querySelectorAll("main :is(h1, dt, dd, th, td, p, li)")];
  window.readOnScreen = texts.filter(each => each.checkVisibility() && each.innerText.trim() && !each.closest(acts));
}"""
ON_PAPER = """() => {
  const shown = element => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length;
  const told = (fault, element) => `${fault}: ${element.outerHTML.replace(/\\s+/g, " ").slice(0, 120)}`;
  const screens = "nav, button, [role=button], [role=search], [role=status], .mc-header, .mc-top, .mc-footer,"
    + " .mc-flash, .govuk-notification-banner";
  const found = [...document.querySelectorAll(screens)].filter(shown).map(each => told("for screens", each));
  const addressed = each => getComputedStyle(each, "::after").content.includes("(");
  const own = [...document.querySelectorAll("main a[href^='/']")].filter(each => shown(each) && addressed(each));
  found.push(...own.map(each => told("says where on screen", each)));
  found.push(...readOnScreen.filter(each => !shown(each)).map(each => told("gone", each)));
  for (const each of document.querySelectorAll("main, main *")) {
    if (!shown(each) || each.getBoundingClientRect().width <= 1) continue;  // what only a voice reads
    const hides = getComputedStyle(each).overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1;
    if (hides || each.getBoundingClientRect().right > innerWidth + 1) found.push(told("cut off", each));
  }
  return readOnScreen.length ? found : ["nothing to read"];
}"""


def wrong_on_paper(page: Page) -> list[str]:
    """What of this page is missing or cut off on a sheet of A4, and what has no business there."""
    window = page.viewport_size
    page.evaluate(READ)
    page.emulate_media(media="print")
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    found = page.evaluate(ON_PAPER)
    page.emulate_media(media="screen")
    page.set_viewport_size(window)  # type: ignore[arg-type]
    return list(found)

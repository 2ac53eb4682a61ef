// The frame around the content: menus and the line that is read aloud.

// The sentences that scripts say, in the language of the page.
export const texts = JSON.parse(document.body.dataset.texts);

const live = document.getElementById("live");
let clearing = 0;

// Says a short sentence to everyone: seen in the corner, read by screen readers.
export function sayAloud(text) {
  if (!live || !text) return;
  live.textContent = text;
  window.clearTimeout(clearing);
  clearing = window.setTimeout(() => (live.textContent = ""), 6000);
}

// <details data-menu> closes like a menu: by Escape, or when the focus or a click goes elsewhere.
function closeLikeAMenu(menu) {
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}

export function enhanceMenus() {
  document.querySelectorAll("details[data-menu]").forEach(closeLikeAMenu);
  // On a narrow screen menus and tabs are strips: bring the link that takes the focus into it, and at first the current page's.
  for (const strip of document.querySelectorAll(".mc-side, .mc-nav__list, .mc-tabs__list")) {
    strip.addEventListener("focusin", (event) => event.target.scrollIntoView({ block: "nearest", inline: "nearest" }));
    const current = strip.querySelector("[aria-current]");
    if (current && strip.scrollWidth > strip.clientWidth) {
      strip.scrollLeft += current.getBoundingClientRect().left - strip.getBoundingClientRect().left - 16;
    }
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

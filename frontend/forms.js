// Forms: sent once, not left by accident.

import { sayAloud, texts } from "./shell.js";

// Two presses of a button must not send twice. The button stays enabled, so that its name and value are sent.
function sendOnce(form) {
  let sentAt = 0;
  form.addEventListener("submit", (event) => {
    const now = Date.now();
    if (now - sentAt < 5000) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    sentAt = now;
    form.setAttribute("aria-busy", "true");
    event.submitter?.classList.add("mc-sending");
    sayAloud(texts.sending);
  });
  // Coming back through the history must find a form that can be sent again.
  window.addEventListener("pageshow", () => {
    sentAt = 0;
    form.removeAttribute("aria-busy");
    for (const button of form.querySelectorAll(".mc-sending")) button.classList.remove("mc-sending");
  });
}

// <form data-unsaved> asks before the page is left with something typed and not sent.
function keepFromLeaving(form) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

export function guardForms() {
  for (const form of document.forms) {
    const byHtmx = form.matches("[hx-post]"); // htmx has its own guard: hx-disabled-elt
    if (form.method === "post" && !byHtmx && !("noGuard" in form.dataset)) sendOnce(form);
    if ("unsaved" in form.dataset) keepFromLeaving(form);
  }
}

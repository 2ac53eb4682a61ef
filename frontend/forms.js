// Forms: sent once, kept while typing, not left by accident.

import { sayAloud, texts } from "./shell.js";

const autosavePause = 1500;

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
  form.addEventListener("mc:saved", () => (changed = false));
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

// <form data-autosave="address"> sends its fields there a moment after typing stops; files are not sent.
function autosave(form) {
  let timer = 0;
  let running = null;
  const save = async () => {
    running?.abort();
    running = new AbortController();
    const fields = new FormData(form);
    for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: new URLSearchParams(fields),
        headers: { "X-Requested-With": "autosave" },
        redirect: "error",
        signal: running.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      form.dispatchEvent(new CustomEvent("mc:saved"));
      sayAloud(texts.saved);
    } catch (error) {
      if (error.name !== "AbortError") sayAloud(texts.notSaved);
    }
  };
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, autosavePause);
  });
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    running?.abort();
  });
}

export function guardForms() {
  for (const form of document.forms) {
    const byHtmx = form.matches("[hx-post]"); // htmx has its own guard: hx-disabled-elt
    if (form.method === "post" && !byHtmx && !("noGuard" in form.dataset)) sendOnce(form);
    if ("unsaved" in form.dataset) keepFromLeaving(form);
    if (form.dataset.autosave) autosave(form);
  }
}

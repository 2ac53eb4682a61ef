// Applications while they are typed: <form data-draft="address"> is saved there two seconds after a change; data-draft-mark
// is the state it was opened in. Without network it is kept on the device, for whoever chose that.

import * as kept from "./kept.js";
import { texts } from "./shell.js";

const pause = 2000;
const pauseWithoutNetwork = 15000; // the server may be away while the browser believes to be connected

class Draft {
  constructor(form) {
    this.form = form;
    this.mark = form.dataset.draftMark;
    this.status = form.querySelector("[data-draft-status]");
    this.conflict = form.querySelector("[data-draft-conflict]");
    this.saving = Promise.resolve();
    this.isSaved = true;
    this.isReachable = true;
    this.isSending = false;
    this.timer = 0;
  }

  start() {
    this.form.addEventListener("input", (event) => {
      if (event.target.name) this.saveSoon();
    });
    this.form.addEventListener("submit", (event) => this.beforeSending(event));
    window.addEventListener("online", () => this.save());
    this.offerChoice();
    this.conflict.querySelector("[data-draft-mine]").addEventListener("click", () => this.keepMine());
    this.conflict.querySelector("[data-draft-theirs]").addEventListener("click", () => this.takeTheirs());
    this.sendKept();
  }

  tell(state) {
    this.status.textContent = this.status.dataset[state];
  }

  get keeps() {
    return kept.keptFor() === this.form.dataset.draftOwner;
  }

  // What is typed, without files and the token of the form.
  get fields() {
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  }

  saveSoon() {
    this.isSaved = false;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.save(), pause);
  }

  // One after the other: each goes on from the state that the one before has left.
  save() {
    window.clearTimeout(this.timer);
    this.saving = this.saving.then(() => this.saveNow());
    return this.saving;
  }

  async saveNow() {
    if (this.isSaved || !this.conflict.hidden) return;
    this.isSaved = true; // until something more is typed
    this.tell("saving");
    const body = new URLSearchParams(this.fields);
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    const answer = await kept.post(this.form.dataset.draft, body, this.mark).catch(() => null);
    this.isReachable = answer !== null;
    if (answer?.status === 204) {
      this.mark = answer.headers.get("ETag");
      if (this.keeps) await kept.forget(this.form.dataset.draft);
      this.tell("saved");
      return;
    }
    this.isSaved = false;
    if (!this.isReachable) this.timer = window.setTimeout(() => this.save(), pauseWithoutNetwork);
    if (answer?.status === 409) this.showConflict();
    else if (!this.isReachable && this.keeps) await this.keepHere();
    else this.tell("failed");
  }

  async keepHere() {
    const { draft: address, draftOwner: owner } = this.form.dataset;
    await kept.keep({ address, owner, mark: this.mark, fields: this.fields, at: Date.now() });
    this.tell("kept");
  }

  // What could not be saved goes first, so that no error page of the browser takes the place of what was typed.
  beforeSending(event) {
    window.clearTimeout(this.timer);
    if (this.isSending || (navigator.onLine && this.isReachable && this.conflict.hidden)) return;
    event.preventDefault();
    this.isSaved = false;
    this.save().then(() => {
      if (!this.isReachable || !this.conflict.hidden) return;
      this.isSending = true;
      this.form.requestSubmit(event.submitter);
    });
  }

  showConflict() {
    this.status.textContent = "";
    this.conflict.hidden = false;
    this.conflict.scrollIntoView({ block: "center" });
  }

  async keepMine() {
    const { draft: address, draftOwner: owner } = this.form.dataset;
    const mine = this.waiting ?? { address, owner, mark: this.mark, fields: this.fields, at: Date.now() };
    const outcome = await kept.send(mine, { over: true });
    if (outcome === "sent") window.location.reload();
    else this.tell("failed");
  }

  async takeTheirs() {
    if (this.keeps) await kept.forget(this.form.dataset.draft);
    window.location.reload();
  }

  // What was kept on this device for this page before it was opened.
  async sendKept() {
    const owner = kept.keptFor();
    if (owner && !this.keeps) await kept.erase(); // somebody else has signed in
    if (!this.keeps) return;
    this.waiting = (await kept.all()).find((draft) => draft.address === this.form.dataset.draft);
    if (!this.waiting) return;
    const outcome = await kept.send(this.waiting);
    if (outcome === "sent") window.location.reload();
    else if (outcome === "conflict") this.showConflict();
  }

  offerChoice() {
    const choice = this.form.querySelector("[data-draft-choice]");
    if (!("indexedDB" in window && window.isSecureContext)) return;
    const box = choice.querySelector("input");
    box.checked = this.keeps;
    choice.hidden = false;
    box.addEventListener("change", async () => {
      if (!box.checked) await kept.erase();
      else {
        await kept.choose(this.form.dataset.draftOwner);
        kept.registerWorker();
      }
    });
  }
}

// The page shown without network lists what is kept, and sends it when the network is back.
async function listKept() {
  const section = document.querySelector("[data-kept-drafts]");
  if (!section) return;
  document.querySelector("[data-reload]").addEventListener("click", (event) => {
    event.preventDefault();
    window.location.reload();
  });
  const list = section.querySelector("[data-kept-list]");
  const show = (draft, state) => {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = draft.address;
    const at = new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
    // When, and not what: the next person at this device learns nothing of it.
    link.textContent = list.dataset.draft.replace("{at}", at);
    line.append(link, `: ${list.dataset[state]}`);
    return line;
  };
  const drafts = await kept.all();
  section.hidden = drafts.length === 0;
  list.replaceChildren(...drafts.map((draft) => show(draft, "waits")));
  window.addEventListener("online", async () => {
    for (const [at, draft] of drafts.entries()) {
      const outcome = await kept.send(draft);
      list.children[at].replaceWith(show(draft, outcome === "offline" ? "waits" : outcome));
    }
  });
}

// <form data-leave> signs out: what is kept is erased, after a question where it has not been sent.
function eraseWhenLeaving(form) {
  form.addEventListener("submit", (event) => {
    if (!kept.keptFor()) return;
    event.preventDefault();
    // Storage that fails keeps nobody signed in; the answer to signing out clears it.
    const leave = async () => {
      const drafts = await kept.all().catch(() => []);
      if (drafts.length && !window.confirm(texts.leaveKept)) return;
      await kept.erase().catch(() => {});
      form.submit();
    };
    leave();
  });
}

export function keepDrafts() {
  document.querySelectorAll("form[data-draft]").forEach((form) => new Draft(form).start());
  document.querySelectorAll("form[data-leave]").forEach(eraseWhenLeaving);
  listKept();
  // Whoever installed the portal gets the offline page, and so does whoever keeps drafts.
  if (kept.keptFor() || window.matchMedia("(display-mode: standalone)").matches) kept.registerWorker();
}

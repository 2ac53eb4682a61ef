// What is kept on this device while there is no network: only for whoever chose it, erased when they sign out. Nothing, not
// even an empty database, is there before.

const flag = "motcua-keeps-for"; // holds whose drafts are kept
const database = "motcua";
const table = "drafts";

// Whose drafts are kept on this device; "" for nobody's.
export function keptFor() {
  try {
    return window.localStorage.getItem(flag) ?? "";
  } catch {
    return ""; // storage is switched off
  }
}

export async function choose(owner) {
  if (keptFor() !== owner) await erase();
  window.localStorage.setItem(flag, owner);
}

export function erase() {
  if (!keptFor()) return Promise.resolve();
  window.localStorage.removeItem(flag);
  return new Promise((resolve) => {
    const request = window.indexedDB.deleteDatabase(database);
    request.onsuccess = request.onerror = request.onblocked = resolve;
  });
}

// One request to the table, on a connection of its own: an open one would keep the database from being erased.
function ask(mode, question) {
  return new Promise((resolve, reject) => {
    const opening = window.indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(table, { keyPath: "address" });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(table, mode);
      const request = question(transaction.objectStore(table));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      opening.result.close(); // when the transaction has ended
    };
  });
}

// A draft: {address, owner, mark, fields: [[name, value], …], at}.
export const keep = (draft) => ask("readwrite", (drafts) => drafts.put(draft));
export const forget = (address) => ask("readwrite", (drafts) => drafts.delete(address));
export const all = () => (keptFor() ? ask("readonly", (drafts) => drafts.getAll()) : Promise.resolve([]));

// Sends a kept draft to its page. Answers "sent", "offline", "gone" (signed out, or no longer theirs) or "conflict": the
// page has been changed elsewhere since; `over` sends it all the same.
export async function send(draft, { over = false } = {}) {
  try {
    const answer = await fetch(draft.address, { redirect: "manual" });
    if (answer.status >= 500) return "offline";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const form = page.querySelector("form[data-draft]");
    if (form?.dataset.draftOwner !== draft.owner) return "gone";
    const body = new URLSearchParams(draft.fields);
    body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
    const status = (await post(draft.address, body, over ? form.dataset.draftMark : draft.mark)).status;
    if (status === 409) return "conflict";
    if (status !== 204) return "offline";
  } catch {
    return "offline";
  }
  await forget(draft.address);
  return "sent";
}

// Saves in passing; `mark` says which state was gone on from.
export function post(address, body, mark) {
  return fetch(address, {
    method: "POST",
    body,
    redirect: "manual", // to the sign-in page: nothing is saved, and the server can be reached
    headers: { "X-Requested-With": "fetch", "If-Match": mark },
  });
}

export function registerWorker() {
  const { serviceWorker } = document.body.dataset;
  if ("serviceWorker" in navigator && serviceWorker) navigator.serviceWorker.register(serviceWorker);
}

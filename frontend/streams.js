// Follows an object while it is looked at: <… data-stream="address"> is drawn anew by each event. What arrives is always
// the whole state, so that after any loss the next event puts it right. While the stream is away the page itself is
// asked every ten seconds (not where data-stream-quiet stands), and [data-stream-lost] says so. [data-stream-changed] is
// shown once a drawing has another data-version than the page came with. A <template data-part="…"> in a drawing goes to
// the [data-stream-part="…"] elsewhere on the page.

const first = 2000; // milliseconds until the next attempt; doubled up to
const longest = 30000;
const asking = 10000;

const version = (place) => place.querySelector("[data-version]")?.dataset.version;

function draw(place, html) {
  const before = version(place);
  place.innerHTML = html;
  for (const part of place.querySelectorAll("template[data-part]")) {
    const beside = document.querySelector(`[data-stream-part="${part.dataset.part}"]`);
    if (beside) beside.innerHTML = part.innerHTML;
  }
  const changed = document.querySelector("[data-stream-changed]");
  if (changed && version(place) !== before) changed.hidden = false;
  place.dispatchEvent(new CustomEvent("stream:drawn", { bubbles: true }));
}

class Follower {
  constructor(place) {
    this.place = place;
    this.lost = document.querySelector("[data-stream-lost]");
    this.last = "";
    this.wait = first;
    this.open();
  }

  open() {
    const address = new URL(this.place.dataset.stream, window.location.href);
    if (this.last) address.searchParams.set("last", this.last);
    this.source = new EventSource(address, { withCredentials: true });
    this.source.addEventListener("open", () => this.found());
    this.source.addEventListener("message", (event) => {
      this.last = event.lastEventId;
      draw(this.place, event.data);
    });
    this.source.addEventListener("error", () => this.failed());
  }

  found() {
    this.wait = first;
    if (this.lost) this.lost.hidden = true;
    window.clearInterval(this.poll);
    this.poll = 0;
  }

  failed() {
    if (this.lost) this.lost.hidden = false;
    if (!this.poll && !("streamQuiet" in this.place.dataset)) this.poll = window.setInterval(() => this.ask(), asking);
    // The browser connects again by itself unless it was answered with an error.
    if (this.source.readyState !== EventSource.CLOSED) return;
    window.setTimeout(() => this.open(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, longest);
  }

  async ask() {
    try {
      const answer = await fetch(window.location.href, { cache: "no-store" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const state = page.querySelector("[data-stream]");
      if (state && this.poll) draw(this.place, state.innerHTML);
    } catch {
      // Away as well; the next attempt comes.
    }
  }
}

export function followStreams() {
  for (const place of document.querySelectorAll("[data-stream]")) new Follower(place);
}

// The board says who is called: each <… data-call="A012:1" data-speech="address"> once, one after the other. What stood
// there when the page was opened is not said again.

export function sayCalls() {
  const board = document.querySelector("[data-speaks]");
  if (!board) return;
  const unmute = document.querySelector("[data-speech-unmute]");
  const audio = new Audio();
  const waiting = [];
  let said = new Set(calls().map(([name]) => name));
  let playing = false;

  function calls() {
    return [...board.querySelectorAll("[data-call]")].map((row) => [row.dataset.call, row.dataset.speech]);
  }

  async function next() {
    if (playing || !waiting.length) return;
    playing = true;
    audio.src = waiting[0];
    try {
      await audio.play();
      if (unmute) unmute.hidden = true;
      waiting.shift();
    } catch (error) {
      playing = false;
      // Browsers are silent until they are touched, unless they were started to speak.
      if (error.name === "NotAllowedError" && unmute) unmute.hidden = false;
      else waiting.shift();
    }
  }

  audio.addEventListener("ended", () => {
    playing = false;
    next();
  });
  audio.addEventListener("error", () => {
    playing = false;
    next();
  });
  unmute?.addEventListener("click", () => {
    unmute.hidden = true;
    next();
  });
  board.addEventListener("stream:drawn", () => {
    const now = calls();
    const fresh = now.filter(([name]) => !said.has(name)).reverse(); // the newest stands first
    waiting.push(...fresh.map(([, address]) => address));
    said = new Set(now.map(([name]) => name));
    if (waiting.length > 6) waiting.splice(0, waiting.length - 6);
    next();
  });
}

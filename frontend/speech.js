// The board says who is called: each <… data-call="A012:1:1" data-speech="address"> once, one after the other. What stood
// there when the page was opened is not said again. However many come at once, each is said while it stands on the board:
// who is at the counter by now, or was called again, needs the earlier call no more.

const longest = 30000; // milliseconds that a call may take; after that its sound has got lost on the way

export function sayCalls() {
  const board = document.querySelector("[data-speaks]");
  if (!board) return;
  const unmute = document.querySelector("[data-speech-unmute]");
  const audio = new Audio();
  let waiting = []; // calls in the order in which they came
  let said = new Set(calls().map((call) => call.name));
  let speaking = false;

  function calls() {
    return [...board.querySelectorAll("[data-call]")].map((row) => ({
      name: row.dataset.call,
      address: row.dataset.speech,
    }));
  }

  // Until it has been said, or cannot be; rejected only where the browser must be touched first.
  function say(address) {
    return new Promise((over, refused) => {
      const timer = window.setTimeout(over, longest);
      const ended = () => {
        window.clearTimeout(timer);
        over();
      };
      audio.onended = ended;
      audio.onerror = ended;
      audio.src = address;
      audio.play().then(
        () => {
          if (unmute) unmute.hidden = true;
        },
        (error) => {
          window.clearTimeout(timer);
          if (error.name === "NotAllowedError") refused(error);
          else over();
        },
      );
    });
  }

  async function sayAll() {
    if (speaking) return;
    speaking = true;
    while (waiting.length) {
      const call = waiting.shift();
      try {
        await say(call.address);
      } catch {
        // Browsers are silent until they are touched, unless they were started to speak.
        waiting.unshift(call);
        if (unmute) unmute.hidden = false;
        break;
      }
    }
    speaking = false;
  }

  unmute?.addEventListener("click", () => {
    unmute.hidden = true;
    sayAll();
  });
  board.addEventListener("stream:drawn", () => {
    const now = calls();
    const there = new Set(now.map((call) => call.name));
    const fresh = now.filter((call) => call.address && !said.has(call.name)).reverse(); // the newest stands first
    waiting = [...waiting.filter((call) => there.has(call.name)), ...fresh];
    said = there;
    sayAll();
  });
}

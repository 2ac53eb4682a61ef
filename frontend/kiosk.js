// What a kiosk does by itself: prints a slip, and forgets a person who has gone.

const warnedFor = 15; // seconds

export function printAtOnce() {
  if (document.querySelector("[data-print-at-once]")) window.addEventListener("load", () => window.print());
}

// <… data-idle="60" data-home="/kiosk/">: after so many seconds without a touch or key the start replaces this page, so
// that it cannot be gone back to. [data-idle-warning] is shown before, with a button to stay.
export function returnWhenIdle() {
  const frame = document.querySelector("[data-idle]");
  const seconds = Number(frame?.dataset.idle ?? 0);
  if (!seconds) return;
  const warning = frame.querySelector("[data-idle-warning]");
  let left = seconds;
  const stay = () => {
    left = seconds;
    if (warning) warning.hidden = true;
  };
  for (const name of ["pointerdown", "keydown", "scroll", "input"]) {
    document.addEventListener(name, stay, { passive: true, capture: true });
  }
  window.setInterval(() => {
    left -= 1;
    if (left <= 0) window.location.replace(frame.dataset.home);
    else if (left <= warnedFor && warning) warning.hidden = false;
  }, 1000);
}

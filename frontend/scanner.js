// A keyboard-wedge scanner types a code very fast and ends it with Enter. Wherever the focus is, a scan goes to the
// page's field with data-scanner, unless a person is typing into another field.

const fastest = 50; // milliseconds between two keys: scanners stay below, people above
const shortest = 6;

const editable = (element) => element?.closest("input, textarea, select, [contenteditable]");

function send(field, text) {
  field.value = text;
  field.form.requestSubmit();
}

export function listenForScanner() {
  // A page that waits for scans itself, such as the counter, comes before the box on top.
  const field = document.querySelector("main [data-scanner]") ?? document.querySelector("[data-scanner]");
  if (!field) return;
  let typed = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === field.dataset.shortcut && !editable(event.target)) {
      event.preventDefault();
      field.focus();
      return;
    }
    if (editable(event.target)) return;
    if (event.timeStamp - last > fastest) typed = "";
    last = event.timeStamp;
    if (event.key === "Enter" && typed.length >= shortest) {
      event.preventDefault();
      send(field, typed);
      typed = "";
    } else if (event.key.length === 1) {
      typed += event.key;
    }
  });
}

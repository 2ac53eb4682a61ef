// What keys do beyond what browsers give them.

// A link that is announced as a button is pressed by the space bar, too (ARIA: a button answers to both).
export function pressLinksBySpace() {
  document.addEventListener("keydown", (event) => {
    const link = event.key === " " && !event.defaultPrevented && event.target.closest("a[role=button]");
    if (!link) return;
    event.preventDefault();
    if (!event.repeat) link.click();
  });
}

// One key, one act: a button with data-key="F2" is pressed by that key, wherever the focus is. Function keys only, so
// that nothing a person types is taken for a command (WCAG 2.2, 2.1.4).

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.repeat || !/^F\d+$/.test(event.key)) return;
    const button = document.querySelector(`[data-key="${event.key}"]`);
    if (!button || button.disabled) return;
    event.preventDefault();
    button.focus();
    button.click();
  });
}

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

// Passes a page's question on to the background and the answer back. It trusts nothing that the page says: the origin
// is taken from the browser in background.js, and the agent checks who signed the request.

const api = globalThis.browser ?? globalThis.chrome;

// Lets the page know that it need not look for the agent elsewhere.
document.documentElement.dataset.motcuaTokenAgent = api.runtime.getManifest().version;

window.addEventListener("message", async (event) => {
  const asked = event.data;
  if (event.source !== window || asked?.to !== "motcua-token-agent") return;
  const { id, command, request } = asked;
  let answer;
  try {
    answer = await api.runtime.sendMessage({ command, request });
  } catch {
    // The extension was updated or removed while the page was open.
    answer = { status: "failed", code: "no_agent" };
  }
  window.postMessage({ from: "motcua-token-agent", id, answer }, window.location.origin);
});

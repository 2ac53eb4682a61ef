// Speaks to the agent by native messaging. One agent serves all pages; it is started by the first question and ends
// with the browser.

const api = globalThis.browser ?? globalThis.chrome;
const HOST = "vn.motcua.token_agent";
const COMMANDS = ["version", "certificates", "sign"];

let port = null;
let last = 0;
const waiting = new Map();

function gone() {
  port = null;
  for (const resolve of waiting.values()) resolve({ status: "failed", code: "no_agent" });
  waiting.clear();
}

function connected() {
  if (port) return port;
  port = api.runtime.connectNative(HOST);
  port.onMessage.addListener(({ id, ...answer }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  port.onDisconnect.addListener(() => {
    void api.runtime.lastError; // reading it tells the browser that we know
    gone();
  });
  return port;
}

function ask(message) {
  return new Promise((resolve) => {
    const id = ++last;
    waiting.set(id, resolve);
    try {
      connected().postMessage({ id, ...message });
    } catch {
      gone();
    }
  });
}

api.runtime.onMessage.addListener((message, sender, respond) => {
  const origin = sender.origin ?? (sender.url ? new URL(sender.url).origin : "");
  if (sender.id !== api.runtime.id || sender.frameId !== 0 || !COMMANDS.includes(message?.command)) {
    respond({ status: "failed", code: "request_invalid" });
    return false;
  }
  ask({ command: message.command, origin, request: message.request }).then(respond);
  return true; // the answer comes later
});

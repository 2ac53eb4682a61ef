// Finding motcua-token-agent and asking it: through its browser extension, else on the loopback interface. And asking
// the house. Whatever goes wrong is thrown as a Problem whose code the page has a sentence for.

const patience = 20000; // milliseconds for an agent that is starting, or a browser that asks whether we may connect

export class Problem extends Error {
  constructor(code, text = "") {
    super(text || code);
    this.code = code;
    this.text = text;
  }
}

let asked = 0;

// The extension marks the page. It says nothing of whether its program is installed.
const hasExtension = () => document.documentElement.dataset.motcuaTokenAgent !== undefined;

function throughExtension(command, request, signal) {
  return new Promise((resolve, reject) => {
    const id = ++asked;
    const listen = ({ source, data }) => {
      if (source !== window || data?.from !== "motcua-token-agent" || data.id !== id) return;
      window.removeEventListener("message", listen);
      resolve(data.answer);
    };
    window.addEventListener("message", listen);
    signal?.addEventListener("abort", () => {
      window.removeEventListener("message", listen);
      reject(new Problem("no_agent"));
    });
    window.postMessage({ to: "motcua-token-agent", id, command, request }, window.location.origin);
  });
}

const paths = { certificates: "/getsigner", sign: "/sign" };

async function throughLoopback(address, command, request) {
  const answer = await fetch(`${address}${paths[command]}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    credentials: "omit",
    body: JSON.stringify({ request }),
  });
  return answer.json();
}

async function listening(address) {
  const answer = await fetch(`${address}/version`, { credentials: "omit", signal: AbortSignal.timeout(patience) });
  const { agent } = await answer.json();
  if (agent !== "motcua-token-agent") throw new Problem("no_agent");
  return address;
}

// The way to the agent, found anew for each act: it may have been started since. Throws a Problem "no_agent".
async function way(addresses) {
  if (hasExtension()) {
    const answer = await throughExtension("version", undefined, AbortSignal.timeout(patience)).catch(() => ({}));
    if (answer.agent) return (command, request) => throughExtension(command, request);
  }
  try {
    const address = await Promise.any(addresses.map(listening));
    return (command, request) => throughLoopback(address, command, request);
  } catch {
    throw new Problem("no_agent");
  }
}

export async function find(addresses) {
  const ask = await way(addresses);
  return async (command, request) => {
    let answer;
    try {
      answer = await ask(command, request);
    } catch {
      throw new Problem("no_agent");
    }
    if (answer?.status !== "ok") throw new Problem(answer?.code ?? "failed");
    return answer;
  };
}

// One question to the house. A session that has ended answers with the sign-in page.
export async function house(address, token, body) {
  const options = { headers: { Accept: "application/json" } };
  if (body !== undefined) {
    Object.assign(options, { method: "POST", body: JSON.stringify(body) });
    Object.assign(options.headers, { "Content-Type": "application/json", "X-CSRFToken": token });
  }
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Problem("no_house");
  }
  if (answer.redirected || !/json/.test(answer.headers.get("Content-Type") ?? "")) {
    throw new Problem(answer.status >= 500 ? "no_house" : "signed_out");
  }
  const told = await answer.json();
  if (!answer.ok) throw new Problem(told.code, told.detail);
  return told;
}

// The part of a page that tells what happens: one line that is read out, one for what went wrong.
export class Telling {
  constructor(place) {
    this.texts = JSON.parse(place.dataset.texts);
    this.status = place.querySelector("[role=status]");
    this.failure = place.querySelector("[role=alert]");
    this.help = place.querySelector("[data-install]");
  }

  say(name) {
    this.failure.hidden = true;
    this.help.hidden = true;
    this.status.textContent = this.texts[name] ?? name;
  }

  // What a Problem means; anything else is a mistake of ours, which the console keeps.
  fail(problem) {
    if (!(problem instanceof Problem)) console.error(problem);
    this.status.textContent = "";
    this.failure.querySelector("[data-why]").textContent = problem.text || (this.texts[problem.code] ?? this.texts.failed);
    this.failure.hidden = false;
    this.help.hidden = !["no_agent", "no_vgca"].includes(problem.code);
  }
}

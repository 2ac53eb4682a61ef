// Signing with VGCA Sign Service: it fetches each file from the house, signs it and sends it back there by itself.

import { Problem } from "./agent.js";
import { Signing } from "./signing.js";

// One question, one answer. The program answers when the signer is done, which has no limit of time.
function ask(address, told) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    let open = false;
    socket.addEventListener("open", () => {
      open = true;
      socket.send(JSON.stringify(told));
    });
    socket.addEventListener("message", ({ data }) => {
      resolve(data);
      socket.close();
    });
    socket.addEventListener("close", () => reject(new Problem(open ? "token_removed" : "no_vgca")));
  });
}

function read(answer) {
  try {
    return JSON.parse(answer);
  } catch {
    throw new Problem("failed");
  }
}

// XML goes through the page: the program neither fetches nor sends it. The addresses are the house's own.
async function fetched(address) {
  const answer = await fetch(new URL(address).pathname);
  if (!answer.ok) throw new Problem("failed");
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

async function sentBack(address, signed) {
  const form = new FormData();
  form.append("uploadfile", new Blob([bytesOf(signed)], { type: "application/xml" }), "signed.xml");
  const answer = await fetch(new URL(address).pathname, { method: "POST", body: form });
  if (!answer.ok) throw new Problem("failed");
  const { Status, Message } = await answer.json();
  if (Status !== 0) throw new Problem("vgca_refused", Message);
}

function bytesOf(base64) {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Problem("failed");
  }
}

class VgcaSigning extends Signing {
  async collect(addresses, challenge) {
    const { documents, returned } = await challenge();
    for (const [position, { title, told, socket, byPage }] of documents.entries()) {
      if (returned.includes(position)) continue;
      this.telling.say(`${this.telling.texts.vgca_waiting} (${position + 1}/${documents.length}) ${title}`);
      const file = byPage ? { ...told, Base64Content: await fetched(byPage.fetch) } : told;
      const { Status, Message, Signature } = read(await ask(socket, file));
      if (Status !== 0) throw new Problem("vgca_refused", Message);
      if (byPage) await sentBack(byPage.send, Signature);
    }
    return {};
  }
}

for (const place of document.querySelectorAll("[data-token-signing]")) new VgcaSigning(place).offer();

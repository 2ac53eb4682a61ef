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

class VgcaSigning extends Signing {
  async collect(addresses, challenge) {
    const { documents, returned } = await challenge();
    for (const [position, { title, told, socket }] of documents.entries()) {
      if (returned.includes(position)) continue;
      this.telling.say(`${this.telling.texts.vgca_waiting} (${position + 1}/${documents.length}) ${title}`);
      const { Status, Message } = read(await ask(socket, told));
      if (Status !== 0) throw new Problem("vgca_refused", Message);
    }
    return {};
  }
}

for (const place of document.querySelectorAll("[data-token-signing]")) new VgcaSigning(place).offer();

// Signing with a USB token: the house's signed request goes to the agent, the signatures come back to the house.

import { find } from "./agent.js";
import { Signing } from "./signing.js";

class TokenSigning extends Signing {
  async collect(addresses, challenge) {
    this.telling.say("looking");
    const ask = await find(addresses);
    const { request } = await challenge();
    this.telling.say("waiting");
    const { signatures } = await ask("sign", request);
    return { signatures };
  }
}

for (const place of document.querySelectorAll("[data-token-signing]")) new TokenSigning(place).offer();

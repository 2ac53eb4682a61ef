// Signing with a USB token: the house's signed request goes to the agent, the signatures come back to the house.

import { Telling, find, house, Problem } from "./agent.js";

class Signing {
  constructor(place) {
    this.place = place;
    this.telling = new Telling(place);
    [this.button, this.stop] = place.querySelectorAll("button");
    this.answer = null; // signatures that the house has not taken yet: sending them again needs no PIN
    this.code = "";
  }

  offer() {
    this.place.hidden = false;
    this.button.addEventListener("click", () => this.run(() => this.sign()));
    this.stop.addEventListener("click", () => this.run(() => this.giveUp()));
  }

  async run(act) {
    this.button.disabled = this.stop.disabled = true;
    this.place.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (problem) {
      this.code = problem.code ?? "failed";
      this.telling.fail(problem);
      this.button.textContent = this.telling.texts.again;
      this.button.disabled = this.stop.disabled = this.stop.hidden = false;
      this.place.removeAttribute("aria-busy");
      this.button.focus();
    }
  }

  async sign() {
    if (!this.answer) {
      this.telling.say("looking");
      const ask = await find(JSON.parse(this.place.dataset.agents));
      const { request } = await house(this.place.dataset.challenge);
      this.telling.say("waiting");
      this.answer = await ask("sign", request);
    }
    this.telling.say("sending");
    await this.deliver({ signatures: this.answer.signatures });
  }

  giveUp() {
    return this.deliver({ code: this.code || "user_cancelled" });
  }

  async deliver(answer) {
    const { deliver, token } = this.place.dataset;
    const told = await house(deliver, token, answer);
    if (told.state === "waiting") throw new Problem("failed");
    this.answer = null;
    this.telling.say(told.text);
    window.location.assign(this.place.dataset.return);
  }
}

for (const place of document.querySelectorAll("[data-token-signing]")) new Signing(place).offer();

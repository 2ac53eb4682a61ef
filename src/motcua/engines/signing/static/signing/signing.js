// The part of a page on which somebody signs with a program at their own desk. A subclass says how (`collect`).

import { Telling, house, Problem } from "./agent.js";

export class Signing {
  constructor(place) {
    this.place = place;
    this.telling = new Telling(place);
    [this.button, this.stop] = place.querySelectorAll("button");
    this.answer = null; // what the house has not taken yet: sending it again needs no PIN
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
    this.answer ??= await this.collect(JSON.parse(this.place.dataset.agents), () => house(this.place.dataset.challenge));
    this.telling.say("sending");
    await this.deliver(this.answer);
  }

  giveUp() {
    return this.deliver({ code: this.code || "user_cancelled" });
  }

  async deliver(answer) {
    const { deliver, token } = this.place.dataset;
    const told = await house(deliver, token, answer);
    this.answer = null;
    if (told.state === "waiting") throw new Problem("failed");
    this.telling.say(told.text);
    window.location.assign(this.place.dataset.return);
  }
}

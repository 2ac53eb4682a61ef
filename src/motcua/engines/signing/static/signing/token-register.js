// Registering the certificate of a USB token: the agent lists what there is, the holder chooses, the key proves itself.

import { Telling, find, house, Problem } from "./agent.js";

const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium" });

class Registering {
  constructor(place) {
    this.place = place;
    this.telling = new Telling(place);
    this.choices = place.querySelector("[data-choices]");
    [this.button] = place.querySelectorAll("button");
    this.found = [];
  }

  offer() {
    this.place.hidden = false;
    this.button.addEventListener("click", () => this.run(() => (this.found.length ? this.register() : this.list())));
  }

  async run(act) {
    this.button.disabled = true;
    try {
      await act();
    } catch (problem) {
      this.telling.fail(problem);
    }
    this.button.disabled = false;
  }

  async list() {
    this.telling.say("looking");
    const ask = await find(JSON.parse(this.place.dataset.agents));
    const { request } = await house(this.place.dataset.inquiry);
    const { certificates } = await ask("certificates", request);
    this.found = certificates;
    this.choices.replaceChildren(this.legend(), ...certificates.map((each, place) => this.choice(each, place)));
    this.choices.hidden = false;
    this.telling.say("");
    this.button.textContent = this.telling.texts.register;
    this.choices.querySelector("input:not(:disabled)")?.focus();
  }

  legend() {
    const legend = document.createElement("legend");
    legend.className = "govuk-fieldset__legend govuk-fieldset__legend--s";
    legend.textContent = this.telling.texts.choose;
    return legend;
  }

  choice({ subject, issuer, serial, token, validFrom, validTo }, place) {
    const item = document.createElement("div");
    const [input, label, hint] = ["input", "label", "div"].map((name) => document.createElement(name));
    const now = new Date();
    const id = `${this.choices.id}-${place}`;
    const valid = new Date(validFrom) <= now && now < new Date(validTo);
    item.className = "govuk-radios__item";
    Object.assign(input, { type: "radio", name: this.choices.id, id, value: `${place}`, disabled: !valid });
    input.className = "govuk-radios__input";
    input.setAttribute("aria-describedby", `${id}-hint`);
    Object.assign(label, { className: "govuk-label govuk-radios__label", htmlFor: id, textContent: subject });
    Object.assign(hint, { className: "govuk-hint govuk-radios__hint", id: `${id}-hint` });
    const { issued, number, until, over } = this.telling.texts;
    const validity = `${valid ? until : over} ${day.format(new Date(validTo))}`;
    hint.textContent = [`${issued} ${issuer}`, `${number} ${serial}`, validity, token].join(" · ");
    item.append(input, label, hint);
    return item;
  }

  async register() {
    const chosen = this.choices.querySelector("input:checked");
    if (!chosen) throw new Problem("choose");
    const [certificate, ...others] = this.found[Number(chosen.value)].chain;
    const { proof, certificate: address, token } = this.place.dataset;
    this.telling.say("looking");
    const ask = await find(JSON.parse(this.place.dataset.agents));
    const { statement, request } = await house(proof, token, { certificate });
    this.telling.say("waiting");
    const { signatures } = await ask("sign", request);
    const told = await house(address, token, { certificate, others, statement, answer: { signatures } });
    this.telling.say(told.text);
    window.location.assign(this.place.dataset.return);
  }
}

for (const place of document.querySelectorAll("[data-token-registering]")) new Registering(place).offer();

// What scripts add to pages that work without them: every feature here shortens a way, none is the only way.

import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { Accordion } from "govuk-frontend/dist/govuk/components/accordion/accordion.mjs";
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { Tabs } from "govuk-frontend/dist/govuk/components/tabs/tabs.mjs";
import htmx from "htmx.org";
import { guardForms } from "./forms.js";
import { listenForScanner } from "./scanner.js";
import { enhanceMenus, sayAloud } from "./shell.js";

// Without eval and without a style element htmx runs under the strict content security policy.
Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  timeout: 20000,
});

document.body.classList.add("js-enabled", "govuk-frontend-supported");

function enhance(scope) {
  for (const component of [Accordion, Button, CharacterCount, Checkboxes, ErrorSummary, Radios, SkipLink, Tabs]) {
    createAll(component, undefined, { scope, onError: () => undefined });
  }
}

enhance(document);
htmx.onLoad((element) => {
  if (element !== document.body) enhance(element);
});
document.addEventListener("htmx:sendError", () => sayAloud(document.body.dataset.textFailed));
document.addEventListener("htmx:timeout", () => sayAloud(document.body.dataset.textFailed));
// A refusal (4xx) carries a sentence for the person: show it where the answer was expected.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { status } = event.detail.xhr;
  if (status >= 400 && status < 500) Object.assign(event.detail, { shouldSwap: true, isError: false });
});

guardForms();
listenForScanner();
enhanceMenus();

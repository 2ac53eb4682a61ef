// What scripts add to pages that work without them: every feature here shortens a way, none is the only way.

import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { Accordion } from "govuk-frontend/dist/govuk/components/accordion/accordion.mjs";
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { FileUpload } from "govuk-frontend/dist/govuk/components/file-upload/file-upload.mjs";
import { PasswordInput } from "govuk-frontend/dist/govuk/components/password-input/password-input.mjs";
import { Radios } from "govuk-frontend/dist/govuk/components/radios/radios.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";
import { Tabs } from "govuk-frontend/dist/govuk/components/tabs/tabs.mjs";
import htmx from "htmx.org";
import { keepDrafts } from "./drafts.js";
import { guardForms } from "./forms.js";
import { printAtOnce, returnWhenIdle } from "./kiosk.js";
import { listenForKeys, pressLinksBySpace } from "./keys.js";
import { offerLocating } from "./locate.js";
import { listenForScanner } from "./scanner.js";
import { sayCalls } from "./speech.js";
import { followStreams } from "./streams.js";
import { enhanceMenus, sayAloud, texts } from "./shell.js";

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

const { showAllSections, hideAllSections, showSection, hideSection } = texts;
const components = [
  [Accordion, { i18n: { showAllSections, hideAllSections, showSection, hideSection } }],
  [Button],
  [
    CharacterCount,
    {
      i18n: {
        charactersUnderLimit: { other: texts.charactersLeft },
        charactersAtLimit: texts.charactersAtLimit,
        charactersOverLimit: { other: texts.charactersOver },
      },
    },
  ],
  [Checkboxes],
  [ErrorSummary],
  [FileUpload],
  [PasswordInput],
  [Radios],
  [SkipLink],
  [Tabs],
];

function enhance(scope) {
  for (const [component, settings] of components) createAll(component, settings, { scope, onError: () => undefined });
}

enhance(document);
htmx.onLoad((element) => {
  if (element !== document.body) enhance(element);
});
document.addEventListener("htmx:sendError", () => sayAloud(texts.failed));
document.addEventListener("htmx:timeout", () => sayAloud(texts.failed));
// A refusal (4xx) carries a sentence for the person: show it where the answer was expected.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { status } = event.detail.xhr;
  if (status >= 400 && status < 500) Object.assign(event.detail, { shouldSwap: true, isError: false });
});

keepDrafts();
guardForms();
listenForKeys();
pressLinksBySpace();
printAtOnce();
returnWhenIdle();
listenForScanner();
offerLocating();
enhanceMenus();
sayCalls();
followStreams();

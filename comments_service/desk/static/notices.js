// What happened, said twice: for a few seconds on the screen, and to whoever listens instead of looking.

import { h } from "./dom.js";
import { t } from "./texts.js";

const SHOWN_MS = 6_000;

/** Say something politely to assistive technology alone. */
export function announce(text) {
  say("status", text);
}

/** Show and say what was done. */
export function notify(text) {
  show(text, "notice");
  say("status", text);
}

/** Show and say what failed, in words that say what to do. */
export function complain(text) {
  show(text, "notice failed");
  say("alert", text);
}

/** The words for a problem of the API. */
export function wordsFor(problem) {
  const known = t(`problem.${problem.code}`, { seconds: problem.retryAfter });
  if (problem.errors?.length) {
    return problem.errors.map((each) => `${each.field}: ${each.message}`).join(" · ");
  }
  return known === `problem.${problem.code}` ? problem.message || t("problem.unknown") : known;
}

function say(id, text) {
  const region = document.getElementById(id);
  // The same words twice are two events, and would be read once.
  region.textContent = region.textContent === text ? `${text}\u00a0` : text;
}

function show(text, kind) {
  const notice = h("p", { class: kind }, text);
  document.getElementById("notices").append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}

// A field in which a new password is chosen, with what is asked of it and a way to look at it.

import { h } from "./dom.js";
import { wordsFor } from "./notices.js";
import { t } from "./texts.js";

const SHORTEST = 12;
const LONGEST = 256;

/** The input and what stands around it; `id` names it. */
export function newPassword(id, label) {
  const input = h("input", { id, type: "password", required: true, minlength: String(SHORTEST), maxlength: String(LONGEST), autocomplete: "new-password", "aria-describedby": `${id}-rule` });
  const look = h("input", { type: "checkbox", onchange: () => (input.type = look.checked ? "text" : "password") });
  return {
    input,
    parts: [h("label", { for: id }, label), input, h("small", { id: `${id}-rule` }, t("password.rule")), h("label", { class: "check" }, look, t("password.look"))],
  };
}

/** The words for a problem with a password that was chosen. */
export function wordsForPassword(problem) {
  return problem.code === "invalid" ? t("password.rule") : wordsFor(problem);
}

// Sign-in: the key goes to the server once, and never anywhere that keeps it.

import { signIn } from "./api.js";
import { h } from "./dom.js";
import { announce, wordsFor } from "./notices.js";
import { t } from "./texts.js";

/** Ask for a key; `reason` says why again, `onSession` gets the session. */
export function showSignIn(root, reason, onSession) {
  const error = h("p", { id: "key-error", class: "error", role: "alert" });
  const input = h("input", {
    id: "key",
    name: "key",
    type: "password",
    required: true,
    autocomplete: "current-password",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-describedby": "key-hint key-error",
  });
  const submit = h("button", { class: "primary" }, t("sign_in"));
  const form = h(
    "form",
    { class: "sign-in", onsubmit: send },
    h("h1", {}, t("sign_in")),
    reason && h("p", { class: "reason" }, reason),
    // Password managers keep a password under a name.
    h("input", { name: "username", autocomplete: "username", value: "redian", hidden: true, readonly: true }),
    h("label", { for: "key" }, t("sign_in.key")),
    input,
    h("small", { id: "key-hint" }, t("sign_in.hint")),
    error,
    submit,
  );
  root.replaceChildren(form);
  document.title = `${t("sign_in")} · ${t("desk")} · Redian`;
  input.focus();

  async function send(event) {
    event.preventDefault();
    error.textContent = "";
    submit.disabled = true;
    try {
      const session = await signIn(input.value);
      announce(t("sign_in.done", { name: session.name }));
      await onSession(session);
    } catch (problem) {
      error.textContent = wordsFor(problem);
      input.setAttribute("aria-invalid", "true");
      input.select();
    } finally {
      submit.disabled = false;
    }
  }
}

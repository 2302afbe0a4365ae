// Sign-in: by the name and password of an account, or by an API key. What is typed goes to the server once, and never
// anywhere that keeps it.

import { signIn } from "./api.js";
import { h } from "./dom.js";
import { announce, wordsFor } from "./notices.js";
import { t } from "./texts.js";

/** Ask who it is; `reason` says why again, `onSession` gets the session. */
export function showSignIn(root, reason, onSession) {
  const name = h("input", { id: "name", name: "username", required: true, maxlength: "256", autocomplete: "username", autocapitalize: "off", spellcheck: "false" });
  const password = secret("password", { autocomplete: "current-password", "aria-describedby": "account-error" });
  const key = secret("key", { autocomplete: "off", "aria-describedby": "key-hint key-error" });
  const byAccount = makeForm("account", t("sign_in"), () => ({ name: name.value, password: password.value }), password, [
    h("h1", {}, t("sign_in")),
    reason && h("p", { class: "reason" }, reason),
    h("label", { for: "name" }, t("sign_in.name")),
    name,
    h("label", { for: "password" }, t("sign_in.password")),
    password,
  ]);
  const byKey = makeForm("key", t("sign_in.by_key"), () => ({ key: key.value }), key, [
    h("h2", {}, t("sign_in.with_key")),
    h("label", { for: "key" }, t("sign_in.key")),
    key,
    h("small", { id: "key-hint" }, t("sign_in.hint")),
  ]);
  root.replaceChildren(h("div", { class: "sign-in" }, byAccount, byKey));
  document.title = `${t("sign_in")} · ${t("desk")} · Redian`;
  name.focus();

  function makeForm(kind, deed, credentials, blamed, fields) {
    const error = h("p", { id: `${kind}-error`, class: "error", role: "alert" });
    const submit = h("button", { class: kind === "account" ? "primary" : "" }, deed);
    return h("form", { onsubmit: send }, fields, error, submit);

    async function send(event) {
      event.preventDefault();
      error.textContent = "";
      submit.disabled = true;
      try {
        const session = await signIn(credentials());
        announce(t("sign_in.done", { name: session.name }));
        await onSession(session);
      } catch (problem) {
        error.textContent = wordsFor(problem);
        blamed.setAttribute("aria-invalid", "true");
        blamed.select();
      } finally {
        submit.disabled = false;
      }
    }
  }
}

function secret(id, properties) {
  return h("input", { id, name: id, type: "password", required: true, maxlength: "256", autocapitalize: "off", spellcheck: "false", ...properties });
}

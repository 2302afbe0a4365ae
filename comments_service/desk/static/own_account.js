// One's own account: who one is here, and another password.

import { changePassword } from "./api.js";
import { button, h } from "./dom.js";
import { notify } from "./notices.js";
import { newPassword, wordsForPassword } from "./password_field.js";
import { t } from "./texts.js";

/** Open it; `onSession` gets the session in the place of the one before. */
export function showOwnAccount(session, onSession) {
  const present = h("input", { id: "present-password", type: "password", required: true, maxlength: "256", autocomplete: "current-password" });
  const { input, parts } = newPassword("next-password", t("password.new"));
  const error = h("p", { class: "error", role: "alert" });
  const channels = session.channels ? session.channels.join("、") : t("channel.all");
  const form = h(
    "form",
    { onsubmit: send },
    h("h2", { id: "own-title" }, session.name),
    h("p", { class: "meta" }, t(session.scopes.includes("administer") ? "role.administrator" : "role.editor"), " · ", channels),
    h("input", { name: "username", autocomplete: "username", value: session.name, hidden: true, readonly: true }),
    h("label", { for: "present-password" }, t("password.present")),
    present,
    parts,
    h("small", {}, t("password.ends")),
    error,
    h("div", { class: "row" }, h("button", { class: "primary" }, t("password.change")), button(t("close"), {}, () => dialog.close())),
  );
  const dialog = h("dialog", { "aria-labelledby": "own-title", onclose: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();

  async function send(event) {
    event.preventDefault();
    error.textContent = "";
    try {
      const fresh = await changePassword(present.value, input.value);
      dialog.close();
      notify(t("password.changed"));
      onSession(fresh);
    } catch (problem) {
      error.textContent = problem.code === "sign_in_refused" ? t("password.wrong") : wordsForPassword(problem);
    }
  }
}

// An invitation: the one-time link by which somebody chooses the password of his account. Its token stands behind the #
// of the address, which no server is sent.

import { acceptInvitation, lookAtInvitation } from "./api.js";
import { h } from "./dom.js";
import { announce, wordsFor } from "./notices.js";
import { newPassword, wordsForPassword } from "./password_field.js";
import { t } from "./texts.js";

/** Show whom the link is for and ask for a password; `onSession` gets the session, `onOther` leads to the sign-in. */
export async function showInvitation(root, onSession, onOther) {
  const token = location.hash.slice(1);
  document.title = `${t("invitation.title")} · ${t("desk")} · Redian`;
  const other = h("a", { href: "/admin/queue", onclick: leave }, t("invitation.other"));
  try {
    const account = await lookAtInvitation(token);
    root.replaceChildren(h("div", { class: "sign-in" }, makeForm(account)));
    document.getElementById("new-password").focus();
  } catch (problem) {
    root.replaceChildren(h("div", { class: "sign-in" }, h("h1", {}, t("invitation.title")), h("p", { class: "error", role: "alert" }, wordsFor(problem)), other));
  }

  function makeForm(account) {
    const { input, parts } = newPassword("new-password", t("password.new"));
    const error = h("p", { class: "error", role: "alert" });
    const submit = h("button", { class: "primary" }, t("invitation.accept"));
    return h(
      "form",
      { onsubmit: send },
      h("h1", {}, t("invitation.title")),
      h("p", { class: "reason" }, t("invitation.for", { name: account.name, role: t(`role.${account.role}`) })),
      // Password managers keep a password under a name.
      h("input", { name: "username", autocomplete: "username", value: account.name, hidden: true, readonly: true }),
      parts,
      error,
      submit,
    );

    async function send(event) {
      event.preventDefault();
      error.textContent = "";
      submit.disabled = true;
      try {
        const session = await acceptInvitation(token, input.value);
        history.replaceState(null, "", "/admin/queue");
        announce(t("sign_in.done", { name: session.name }));
        await onSession(session);
      } catch (problem) {
        error.textContent = wordsForPassword(problem);
      } finally {
        submit.disabled = false;
      }
    }
  }

  function leave(event) {
    event.preventDefault();
    history.replaceState(null, "", "/admin/queue");
    onOther();
  }
}

// The dialog in which an account is invited or changed, and its one-time link.

import { change } from "./api.js";
import { channelNames } from "./channels.js";
import { button, field, h, select } from "./dom.js";
import { wordsFor } from "./notices.js";
import { showOnce } from "./once_dialog.js";
import { t } from "./texts.js";

export const PATH = "/v1/moderation/accounts";
const ROLES = ["editor", "administrator"];

/** Invite somebody, or change `account`; `onDone` gets the account as it is then. */
export function openAccount(session, account, onDone) {
  const name = h("input", { name: "name", required: true, maxlength: "64", autocomplete: "off", spellcheck: "false" });
  const role = select("role", ROLES.map((each) => [each, t(`role.${each}`)]), account?.role ?? "editor");
  const channels = h("fieldset", { class: "choices" }, h("legend", {}, t("accounts.channels")));
  const hint = h("small", {}, t("accounts.channels_hint"));
  const error = h("p", { class: "error", role: "alert" });
  const deed = t(account ? "save" : "accounts.invite");
  const form = h(
    "form",
    { onsubmit: send },
    h("h2", { id: "account-title" }, account ? account.name : t("accounts.invite")),
    !account && field(t("sign_in.name"), name, t("accounts.name_hint")),
    field(t("accounts.role"), role),
    channels,
    hint,
    error,
    h("div", { class: "row" }, h("button", { class: "primary" }, deed), button(t("cancel"), {}, () => dialog.close())),
  );
  const dialog = h("dialog", { "aria-labelledby": "account-title", onclose: () => dialog.remove() }, form);
  role.addEventListener("change", showChannels);
  document.body.append(dialog);
  dialog.showModal();
  showChannels();
  channelNames(session).then((names) => {
    const all = [...new Set([...names, ...(account?.channels ?? [])])].sort();
    channels.append(...all.map((each) => h("label", { class: "check" }, h("input", { type: "checkbox", name: "channel", value: each, checked: Boolean(account?.channels?.includes(each)) }), each)));
  });

  function showChannels() {
    // An administrator is for every channel.
    channels.hidden = hint.hidden = role.value === "administrator";
  }

  async function send(event) {
    event.preventDefault();
    error.textContent = "";
    const chosen = role.value === "administrator" ? [] : new FormData(form).getAll("channel");
    const body = { role: role.value, channels: chosen.length ? chosen : null };
    try {
      const fresh = account ? await change("PATCH", `${PATH}/${account.id}`, body) : await change("POST", PATH, { name: name.value, ...body });
      dialog.close();
      onDone(fresh);
    } catch (problem) {
      error.textContent = wordsFor(problem);
    }
  }
}

/** Show a one-time link, which is told this once. */
export function showLink(account) {
  const given = new URL(account.link);
  // As this administrator reaches the desk, whatever the server thinks that it is called.
  const value = location.origin + given.pathname + given.hash;
  showOnce({ title: t("accounts.link_for", { name: account.name }), note: t("accounts.link_once"), label: t("accounts.link"), value });
}

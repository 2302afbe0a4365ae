// Accounts: who signs in at the desk, as what and for which channels. For administrators.

import { PATH, openAccount, showLink } from "./account_dialog.js";
import { change, read } from "./api.js";
import { confirm } from "./confirm.js";
import { button, h } from "./dom.js";
import { complain, notify, wordsFor } from "./notices.js";
import { Table } from "./table.js";
import { t } from "./texts.js";
import { time } from "./times.js";

export function show(root, { session }) {
  const table = new Table({
    label: t("accounts.title"),
    columns: [
      { title: t("sign_in.name"), kind: "long" },
      { title: t("accounts.role") },
      { title: t("column.channel") },
      { title: t("column.status") },
      { title: t("accounts.signed_in") },
      { title: t("column.by") },
      { title: t("actions") },
    ],
    row: (account) => [
      h("bdi", {}, account.name),
      t(`role.${account.role}`),
      account.channels ? account.channels.join("、") : t("channel.all"),
      stateOf(account),
      account.signed_in_at ? time(account.signed_in_at) : "—",
      [account.created_by, " ", time(account.created_at)],
      makeChoices(account),
    ],
    none: t("accounts.none"),
    load: async () => ({ items: (await read(PATH)).accounts, next: null }),
  });
  const invite = button(t("accounts.invite"), { class: "primary" }, () =>
    openAccount(session, null, (made) => {
      showLink(made);
      table.reload();
    }),
  );
  root.append(h("div", { class: "top" }, h("h1", {}, t("accounts.title")), invite), table.element, h("p", { class: "none" }, t("accounts.hint")));
  table.reload();

  function stateOf(account) {
    if (account.disabled) return h("span", { class: "state rejected" }, t("accounts.disabled"));
    if (!account.invited) return h("span", { class: "state published" }, t("accounts.active"));
    return h("span", { class: "state pending" }, t(account.invitation_ends_at ? "accounts.invited" : "accounts.invitation_over"));
  }

  function makeChoices(account) {
    const called = (deed) => ({ "aria-label": `${deed}: ${account.name}` });
    const toggle = t(account.disabled ? "accounts.enable" : "accounts.disable");
    return h(
      "div",
      { class: "row" },
      button(t("accounts.change"), called(t("accounts.change")), () => openAccount(session, account, (fresh) => done(account, fresh))),
      !account.disabled && button(t("accounts.reset"), called(t("accounts.reset")), () => reset(account)),
      button(toggle, called(toggle), () => set(account, !account.disabled)),
    );
  }

  async function set(account, disabled) {
    if (disabled && !(await confirm(t("accounts.disable_sure", { name: account.name }), t("accounts.disable")))) return;
    await attempt(async () => done(account, await change("PATCH", `${PATH}/${account.id}`, { disabled })));
  }

  async function reset(account) {
    if (!(await confirm(t("accounts.reset_sure", { name: account.name }), t("accounts.reset")))) return;
    await attempt(async () => {
      const fresh = await change("POST", `${PATH}/${account.id}/invitation`);
      table.replace(account, fresh);
      showLink(fresh);
    });
  }

  function done(account, fresh) {
    table.replace(account, fresh);
    notify(t("accounts.done", { name: fresh.name }));
  }

  async function attempt(deed) {
    try {
      await deed();
    } catch (problem) {
      complain(wordsFor(problem));
    }
  }
}

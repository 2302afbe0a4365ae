// Bans: who may not write, until when, and who is heard by nobody.

import { change, read } from "./api.js";
import { openBan } from "./ban_dialog.js";
import { button, h } from "./dom.js";
import { complain, notify, wordsFor } from "./notices.js";
import { Table } from "./table.js";
import { known, t } from "./texts.js";
import { time } from "./times.js";

const PATH = "/v1/moderation/bans";

export function show(root, { session }) {
  const table = new Table({
    label: t("bans.title"),
    columns: [
      { title: t("column.value"), kind: "long" },
      { title: t("column.kind") },
      { title: t("column.channel") },
      { title: t("until") },
      { title: t("column.shadow") },
      { title: t("reason"), kind: "long" },
      { title: t("column.by") },
      { title: t("column.time") },
      { title: t("actions") },
    ],
    row: (ban) => [
      h("bdi", {}, ban.value),
      known(`bans.kind.${ban.kind}`, ban.kind),
      ban.channel ?? t("channel.all"),
      [ban.until ? time(ban.until) : t("forever"), !ban.active && [" ", h("span", { class: "state" }, t("bans.over"))]],
      t(ban.shadow ? "yes" : "no"),
      ban.reason ?? "—",
      ban.added_by,
      time(ban.created_at),
      button(t("remove"), { "aria-label": `${t("remove")}: ${ban.value}` }, () => lift(ban)),
    ],
    none: t("bans.none"),
    load: async (cursor) => {
      const page = await read(PATH, { limit: 100, cursor });
      return { items: page.bans, next: page.next_cursor };
    },
  });
  const add = button(t("bans.add"), { class: "primary" }, () => openBan(session, {}, () => table.reload()));
  root.append(h("div", { class: "top" }, h("h1", {}, t("bans.title")), add), table.element);
  table.reload();

  async function lift(ban) {
    try {
      await change("DELETE", PATH, { kind: ban.kind, value: ban.value, channel: ban.channel });
      table.replace(ban, null);
      notify(t("bans.removed", { value: ban.value }));
    } catch (problem) {
      complain(wordsFor(problem));
    }
  }
}

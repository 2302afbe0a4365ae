// The audit trail: who did what, when and why, with a way back for what can be undone.

import { change, read } from "./api.js";
import { stateOf } from "./card.js";
import { channelSelect } from "./channels.js";
import { recountSoon } from "./counters.js";
import { button, field, h } from "./dom.js";
import { Merged } from "./merged.js";
import { complain, notify, wordsFor } from "./notices.js";
import { Table } from "./table.js";
import { known, t } from "./texts.js";
import { time } from "./times.js";

const UNDOABLE = new Set(["publish", "reject", "spam", "pin", "unpin"]);

export function show(root, { session, go }) {
  const given = Object.fromEntries(new URLSearchParams(location.search));
  const trail = new Merged(comments, ...(given.comment_id ? [] : [boards]));
  const table = new Table({
    label: t("audit.title"),
    columns: [
      { title: t("column.time") },
      { title: t("column.moderator") },
      { title: t("column.action") },
      { title: t("column.subject"), kind: "long" },
      { title: t("column.change") },
      { title: t("reason"), kind: "long" },
      { title: t("actions") },
    ],
    row,
    none: t("audit.none"),
    load: (cursor) => trail.page(cursor === null),
  });
  const channel = channelSelect(session, given.channel);
  const filters = h("form", { class: "filters", onsubmit: (event) => event.preventDefault() }, field(t("channel"), channel));
  channel.addEventListener("change", () => go("audit", channel.value ? { channel: channel.value } : {}));
  root.append(h("div", { class: "top" }, h("h1", {}, t("audit.title")), filters), table.element);
  table.reload();

  async function comments(cursor) {
    const page = await read("/v1/moderation/audit", { ...given, limit: 100, cursor });
    return { items: page.entries, next: page.next_cursor };
  }

  async function boards(cursor) {
    try {
      const page = await read("/v1/boards/audit", { channel: given.channel, limit: 100, cursor });
      return { items: page.changes, next: page.next_cursor };
    } catch (problem) {
      // What was done to comments is told without the boards, too.
      complain(t("audit.no_boards", { why: wordsFor(problem) }));
      return { items: [], next: null };
    }
  }

  function row(entry) {
    if (entry.board) return boardRow(entry);
    const change = entry.status_before && entry.status_before !== entry.status_after && [stateOf(entry.status_before), " → ", stateOf(entry.status_after)];
    const canUndo = entry.comment_id && UNDOABLE.has(entry.action) && !entry.undone_at;
    return [
      time(entry.at),
      entry.who,
      known(`action.${entry.action}`, entry.action),
      subjectOf(entry),
      change || "—",
      entry.reason ?? "—",
      entry.undone_at ? h("small", {}, t("audit.undone"), " ", time(entry.undone_at)) : canUndo && button(t("undo"), { "aria-label": `${t("undo")}: ${entry.id}` }, () => undo(entry)),
    ];
  }

  async function undo(entry) {
    const decision = { comment_id: entry.comment_id, action: "undo", undoes: entry.id };
    try {
      const { results } = await change("POST", "/v1/moderation/decisions", { decisions: [decision] });
      if (results[0].outcome === "done") notify(t("undo.undone", { count: 1 }));
      else complain(t(results[0].outcome === "unknown" ? "undo.unknown" : "undo.superseded"));
      recountSoon();
      await table.reload();
    } catch (problem) {
      complain(wordsFor(problem));
    }
  }
}

function boardRow({ at, who, action, channel, board, article_id: article, value }) {
  const place = h("a", { href: `/admin/boards?${new URLSearchParams({ channel, board })}` }, known(`board.${board}`, board));
  const set = { "put-pin": t("boards.pinned", { position: value }), "put-greatest-age": t("boards.hours", { count: value }) }[action];
  return [time(at), who, known(`action.${action}`, action), [place, " ", article && h("span", {}, article), " ", h("small", {}, channel)], set ?? "—", "—", null];
}

function subjectOf(entry) {
  const parts = [];
  if (entry.subject) parts.push(h("bdi", {}, entry.subject));
  if (entry.article_id) parts.push(h("a", { href: `/admin/search?article_id=${encodeURIComponent(entry.article_id)}` }, entry.article_id));
  if (entry.comment_id) parts.push(h("a", { href: `/admin/audit?comment_id=${entry.comment_id}` }, h("small", {}, `…${entry.comment_id.slice(-6)}`)));
  if (entry.channel) parts.push(h("small", {}, entry.channel));
  return parts.length ? parts.flatMap((part, index) => (index ? [" ", part] : [part])) : "—";
}

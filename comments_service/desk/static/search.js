// Search: comments of every state, decided on where they stand.

import { read } from "./api.js";
import { calledBy, stateOf } from "./card.js";
import { channelSelect } from "./channels.js";
import { decisions } from "./decisions.js";
import { button, field, h, outward, select } from "./dom.js";
import { marked } from "./marks.js";
import { announce, notify } from "./notices.js";
import { Table } from "./table.js";
import { t } from "./texts.js";
import { time } from "./times.js";

const STATUSES = ["pending", "published", "rejected", "spam", "deleted"];
const AFTER = { publish: "published", reject: "rejected", spam: "spam", delete: "deleted" };
const ORIGIN = "search";
const PAGE = 50;

export function show(root, { session, go }) {
  const given = Object.fromEntries(new URLSearchParams(location.search));
  const input = (name, type = "search") => h("input", { name, type, maxlength: name === "q" ? "100" : "128", value: given[name] ?? "", autocomplete: "off" });
  const status = select("status", [["", t("status.any")], ...STATUSES.map((each) => [each, t(`status.${each}`)])], given.status ?? "");
  const form = h(
    "form",
    { class: "filters", role: "search", onsubmit: search },
    field(t("search.text"), input("q")),
    field(t("search.reader"), input("reader", "text")),
    field(t("search.network"), input("network", "text")),
    field(t("search.article"), input("article_id", "text")),
    field(t("status"), status),
    field(t("channel"), channelSelect(session, given.channel)),
    h("button", { class: "primary" }, t("search.go")),
  );
  const table = new Table({
    label: t("search.title"),
    columns: [
      { title: t("column.comment"), kind: "long" },
      { title: t("column.who") },
      { title: t("column.article") },
      { title: t("column.status") },
      { title: t("column.time") },
      { title: t("actions") },
    ],
    row,
    none: t("search.none"),
    keys: { a: (entry) => act("publish", entry), r: (entry) => act("reject", entry), s: (entry) => act("spam", entry), d: (entry) => act("delete", entry) },
    load: async (cursor) => {
      const page = await read("/v1/moderation/comments", { ...given, limit: PAGE, cursor });
      return { items: page.comments, next: page.next_cursor };
    },
    onCount: (count, hasMore) => announce(t(hasMore ? "search.found_more" : "search.found", { count })),
  });
  root.append(h("h1", {}, t("search.title")), form, table.element);
  table.reload();
  form.elements.q.focus();

  function search(event) {
    event.preventDefault();
    const values = [...new FormData(form)].filter(([, value]) => value.trim());
    go("search", Object.fromEntries(values.map(([name, value]) => [name, value.trim()])));
  }

  function row(entry) {
    const about = (name, value, label) => h("a", { href: `/admin/search?${name}=${encodeURIComponent(value)}` }, label);
    const who = [calledBy(entry), entry.reader && [h("br"), about("reader", entry.reader, entry.reader.slice(0, 8))], entry.network && [" ", about("network", entry.network, entry.network)]];
    const hits = entry.hits.filter((hit) => hit.field === "text");
    return [
      h("p", { dir: "auto" }, marked(entry.text, hits)),
      h("small", {}, who),
      [outward(entry.article.url, entry.article.title), h("br"), h("small", {}, about("article_id", entry.article.id, entry.article.id))],
      stateOf(entry.status),
      time(entry.created_at),
      h("div", { class: "row" }, choices(entry).map((action) => button(t(`decide.${action}`), { "aria-label": `${t(`decide.${action}`)}: ${calledBy(entry)}` }, () => act(action, entry)))),
    ];
  }

  function choices(entry) {
    if (entry.status === "deleted") return [];
    return Object.keys(AFTER).filter((action) => AFTER[action] !== entry.status || entry.queued_at);
  }

  function act(action, entry) {
    if (!choices(entry).includes(action)) return;
    decisions.decide(action, [entry], { origin: ORIGIN });
    notify(t("done.one", { action: t(`done.${action}`), who: calledBy(entry) }));
    const fresh = { ...entry, status: AFTER[action], queued_at: null };
    const index = table.items.indexOf(entry);
    table.replace(entry, fresh);
    table.body.children[index].focus();
  }

  function takeBack({ detail: groups }) {
    for (const group of groups.filter((each) => each.origin === ORIGIN)) {
      for (const entry of group.entries) {
        const shown = table.items.find((each) => each.id === entry.id);
        if (!shown) continue;
        const index = table.items.indexOf(shown);
        table.replace(shown, entry);
        table.body.children[index].focus();
      }
    }
  }

  decisions.addEventListener("returned", takeBack);
  return () => decisions.removeEventListener("returned", takeBack);
}

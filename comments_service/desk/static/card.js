// The comment in focus, with all that a decision needs: why it waits, what it answers, what its reader wrote before.

import { h, outward } from "./dom.js";
import { marked } from "./marks.js";
import { known, t } from "./texts.js";
import { span, time } from "./times.js";

const nameOf = (entry) => entry.nickname ?? t("queue.guest");

/** "3楼 小林", as it is read out. */
export const calledBy = (entry) => t("queue.focus", { floor: entry.floor, nickname: nameOf(entry) });

/** A state in words. */
export const stateOf = (status) => h("span", { class: `state ${status}` }, known(`status.${status}`, status));

/** The card's content. */
export function makeCard(entry) {
  return [
    h("header", {}, h("h2", { id: "focus" }, calledBy(entry)), makeTimes(entry)),
    makeReasons(entry),
    h("p", { class: "text", dir: "auto" }, marked(entry.text, ofField(entry, "text"))),
    makeAuthor(entry),
    h("div", { class: "context" }, h("div", {}, makeArticle(entry), makeParent(entry), makeReports(entry)), makeHistory(entry)),
  ];
}

const ofField = (entry, name) => entry.hits.filter((hit) => hit.field === name);

function makeTimes(entry) {
  const waits = entry.queued_at ? [" · ", t("context.queued"), " ", span(Date.now() - new Date(entry.queued_at))] : [];
  const edited = entry.edited_at ? [" · ", t("context.edited"), " ", time(entry.edited_at)] : [];
  const marks = [entry.pinned && t("context.pinned"), entry.shadowed && t("context.shadowed")].filter(Boolean);
  return h("p", { class: "times" }, stateOf(entry.status), " ", time(entry.created_at), edited, waits, marks.map((each) => ` · ${each}`));
}

function makeReasons(entry) {
  const held = entry.held_for.map((reason) => h("li", { class: "reason" }, known(`held.${reason}`, reason)));
  const hits = entry.hits.map((hit) =>
    h("li", { class: `hit ${hit.tier}` }, h("span", {}, `${t(`field.${hit.field}`)}: `), t("hit", { word: hit.word, tier: t(`tier.${hit.tier}`) })),
  );
  const none = !held.length && !hits.length && entry.queued_at && h("li", {}, t("held.none"));
  return h("section", { class: "why", "aria-label": t("why") }, h("ul", {}, held, hits, none));
}

function makeAuthor(entry) {
  const rows = [
    ["field.nickname", entry.nickname && h("bdi", {}, marked(entry.nickname, ofField(entry, "nickname")))],
    ["context.email", entry.email && h("bdi", {}, entry.email)],
    // Words of a website are found in its decoded reading, whose positions are not those of the address.
    ["context.website", entry.website && outward(entry.website, entry.website)],
    ["context.network", entry.network && h("a", { href: `/admin/search?network=${encodeURIComponent(entry.network)}` }, entry.network)],
    ["context.reader", entry.reader && h("a", { href: `/admin/search?reader=${encodeURIComponent(entry.reader)}` }, entry.reader.slice(0, 8))],
  ].filter(([, value]) => value);
  return h("dl", { class: "author" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, t(name)), h("dd", {}, value))));
}

function makeArticle({ article }) {
  const search = `/admin/search?article_id=${encodeURIComponent(article.id)}`;
  return h(
    "section",
    { class: "article" },
    h("h3", {}, t("context.article")),
    h("p", {}, outward(article.url, article.title), h("small", {}, h("a", { href: search }, article.id), " · ", article.channels.join("、"))),
  );
}

function makeParent({ parent }) {
  if (!parent) return null;
  return h(
    "section",
    { class: "parent" },
    h("h3", {}, t("context.parent")),
    h("blockquote", {}, h("p", { class: "meta" }, calledBy(parent), " ", stateOf(parent.status)), h("p", { dir: "auto" }, parent.text)),
  );
}

function makeReports({ reports, report_notes: notes }) {
  if (!reports && !notes.length) return null;
  const items = notes.map((note) => h("li", {}, h("b", {}, known(`report.${note.reason}`, note.reason)), note.note && `：${note.note}`, " ", time(note.at)));
  return h("section", { class: "reports" }, h("h3", {}, `${t("context.reports")} (${Math.max(reports, notes.length)})`), h("ul", {}, items));
}

function makeHistory({ history }) {
  const items = history.map((each) => h("li", {}, h("p", { dir: "auto" }, each.text || "—"), h("small", {}, stateOf(each.status), " ", time(each.created_at))));
  return h(
    "section",
    { class: "history" },
    h("h3", {}, t("context.history")),
    items.length ? h("ol", {}, items) : h("p", { class: "none" }, t("context.history_none")),
  );
}

// Articles: what becomes of their new comments, and withdrawing one.

import { change, read } from "./api.js";
import { channelSelect } from "./channels.js";
import { confirm } from "./confirm.js";
import { button, field, h, outward, select } from "./dom.js";
import { complain, notify, wordsFor } from "./notices.js";
import { Table } from "./table.js";
import { t } from "./texts.js";
import { time } from "./times.js";

const PATH = "/v1/moderation/articles";
const MODES = ["open", "moderated", "closed"];

export function show(root, { session, go }) {
  const given = Object.fromEntries(new URLSearchParams(location.search));
  const canWithdraw = session.scopes.includes("cms");
  const text = h("input", { name: "q", type: "search", maxlength: "100", value: given.q ?? "", autocomplete: "off" });
  const channel = channelSelect(session, given.channel);
  const form = h(
    "form",
    { class: "filters", role: "search", onsubmit: search },
    field(t("articles.find"), text),
    field(t("channel"), channel),
    h("button", { class: "primary" }, t("search.go")),
  );
  const table = new Table({
    label: t("articles.title"),
    columns: [
      { title: t("column.title"), kind: "long" },
      { title: t("column.channel") },
      { title: t("column.published") },
      { title: t("column.comments"), kind: "number" },
      { title: t("column.mode") },
      canWithdraw && { title: t("actions") },
    ].filter(Boolean),
    row,
    none: t("articles.none"),
    load: async (cursor) => {
      const page = await read(PATH, { ...given, limit: 50, cursor });
      return { items: page.articles, next: page.next_cursor };
    },
  });
  root.append(h("div", { class: "top" }, h("h1", {}, t("articles.title")), form), table.element);
  if (!canWithdraw) root.append(h("p", { class: "none" }, t("articles.no_cms")));
  table.reload();

  function search(event) {
    event.preventDefault();
    const values = { q: text.value.trim(), channel: channel.value };
    go("articles", Object.fromEntries(Object.entries(values).filter(([, value]) => value)));
  }

  function row(article) {
    const following = t("articles.default", { mode: t(`mode.${article.cms_mode}`) });
    const modes = select("mode", [["", following], ...MODES.map((mode) => [mode, t(`mode.${mode}`)])], article.set_mode ?? "");
    modes.setAttribute("aria-label", `${t("column.mode")}: ${article.title}`);
    modes.addEventListener("change", () => setMode(article, modes.value || null));
    return [
      [outward(article.url, article.title), h("br"), h("small", {}, h("a", { href: `/admin/search?article_id=${encodeURIComponent(article.id)}` }, article.id))],
      article.channels.join("、"),
      time(article.published_at),
      String(article.comments),
      [modes, article.mode !== (article.set_mode ?? article.cms_mode) && h("small", {}, " ", t(`mode.${article.mode}`))],
      canWithdraw && button(t("articles.withdraw"), { "aria-label": `${t("articles.withdraw")}: ${article.title}` }, () => withdraw(article)),
    ].slice(0, canWithdraw ? 6 : 5);
  }

  async function setMode(article, mode) {
    try {
      const fresh = await change("PUT", `${PATH}/${article.id}`, { comments: mode });
      notify(t("articles.mode_set", { title: article.title, mode: t(`mode.${fresh.mode}`) }));
      redraw(article, fresh);
    } catch (problem) {
      complain(wordsFor(problem));
      redraw(article, article);
    }
  }

  function redraw(article, fresh) {
    const index = table.items.indexOf(article);
    table.replace(article, { ...article, ...fresh });
    table.body.children[index]?.querySelector("select").focus();
  }

  async function withdraw(article) {
    if (!(await confirm(t("articles.withdraw_sure", { title: article.title }), t("articles.withdraw")))) return;
    try {
      await change("DELETE", `/v1/articles/${article.id}`);
      table.replace(article, null);
      notify(t("articles.withdrawn", { title: article.title }));
    } catch (problem) {
      complain(wordsFor(problem));
    }
  }
}

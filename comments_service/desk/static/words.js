// The filter's words, and a box to try a text on them.

import { change, read } from "./api.js";
import { channelSelect } from "./channels.js";
import { button, field, h, select } from "./dom.js";
import { marked } from "./marks.js";
import { announce, complain, notify, wordsFor } from "./notices.js";
import { Table } from "./table.js";
import { known, t } from "./texts.js";
import { time } from "./times.js";

const PATH = "/v1/moderation/words";
const TIERS = ["block", "hold", "mask", "allow"];
const tiers = () => TIERS.map((each) => [each, t(`tier.${each}`)]);

export function show(root, { session }) {
  const chosen = { tier: "", channel: "" };
  const table = new Table({
    label: t("words.title"),
    columns: [
      { title: t("column.word"), kind: "long" },
      { title: t("column.tier") },
      { title: t("column.channel") },
      { title: t("column.by") },
      { title: t("column.time") },
      { title: t("actions") },
    ],
    row: (word) => [
      h("bdi", {}, word.word),
      h("span", { class: `state tier ${word.tier}` }, known(`tier.${word.tier}`, word.tier)),
      word.channel ?? t("channel.all"),
      word.added_by ?? "—",
      time(word.created_at),
      button(t("remove"), { "aria-label": `${t("remove")}: ${word.word}` }, () => remove(word)),
    ],
    none: t("words.none"),
    load: async (cursor) => {
      const page = await read(PATH, { ...chosen, limit: 200, cursor });
      return { items: page.words, next: page.next_cursor };
    },
  });
  const tier = select("tier", [["", t("tier.any")], ...tiers()], "");
  const channel = channelSelect(session);
  const filters = h("form", { class: "filters", onsubmit: (event) => event.preventDefault() }, field(t("column.tier"), tier), field(t("channel"), channel));
  filters.addEventListener("change", () => {
    Object.assign(chosen, { tier: tier.value, channel: channel.value });
    table.reload();
  });
  root.append(
    h("div", { class: "top" }, h("h1", {}, t("words.title")), filters),
    h("div", { class: "columns" }, table.element, h("aside", {}, makeTest(session), makeAdd(session, table))),
  );
  table.reload();

  async function remove(word) {
    try {
      await change("DELETE", PATH, { word: word.word, channel: word.channel });
      table.replace(word, null);
      notify(t("words.removed", { word: word.word }));
    } catch (problem) {
      complain(wordsFor(problem));
    }
  }
}

function makeTest(session) {
  const text = h("textarea", { name: "text", required: true, maxlength: "2000" });
  const channel = channelSelect(session);
  const verdict = h("div", { class: "verdict" });
  const form = h(
    "form",
    { class: "panel", onsubmit: test },
    h("h2", {}, t("words.test")),
    field(t("words.test_text"), text),
    field(t("channel"), channel),
    h("button", { class: "primary" }, t("words.test_go")),
    verdict,
  );
  return form;

  async function test(event) {
    event.preventDefault();
    try {
      const answer = await change("POST", `${PATH}/test`, { text: text.value, channel: channel.value || null });
      const words = answer.tier ? t(`words.hit.${answer.tier}`) : t("words.clean");
      const hits = answer.hits.map((hit) => h("li", {}, t("hit", { word: hit.word, tier: t(`tier.${hit.tier}`) })));
      const masked = answer.masked !== text.value && [h("h3", {}, t("words.masked")), h("p", { class: "text" }, answer.masked)];
      verdict.replaceChildren(h("p", {}, words), h("p", { class: "text", dir: "auto" }, marked(text.value, answer.hits)), h("ul", {}, hits), ...(masked || []));
      announce(words);
    } catch (problem) {
      verdict.replaceChildren(h("p", { class: "error" }, wordsFor(problem)));
      announce(wordsFor(problem));
    }
  }
}

function makeAdd(session, table) {
  const word = h("input", { name: "word", required: true, maxlength: "100", autocomplete: "off" });
  const tier = select("tier", tiers(), "hold");
  const channel = channelSelect(session, session.channels?.[0] ?? "");
  const error = h("p", { class: "error", role: "alert" });
  return h(
    "form",
    { class: "panel", onsubmit: add },
    h("h2", {}, t("words.add")),
    field(t("words.word"), word),
    field(t("column.tier"), tier),
    field(t("channel"), channel),
    error,
    h("button", { class: "primary" }, t("words.add")),
  );

  async function add(event) {
    event.preventDefault();
    error.textContent = "";
    try {
      const added = await change("POST", PATH, { word: word.value, tier: tier.value, channel: channel.value || null });
      notify(t("words.added", { word: added.word }));
      word.value = "";
      word.focus();
      await table.reload();
    } catch (problem) {
      error.textContent = wordsFor(problem);
    }
  }
}

// The boards as readers see them, and what editors put over them: pins, hidden articles, the greatest age.

import { change, read } from "./api.js";
import { button, field, h, outward, select } from "./dom.js";
import { bind } from "./keys.js";
import { complain, notify, wordsFor } from "./notices.js";
import { known, language, t } from "./texts.js";
import { time } from "./times.js";

const LIMIT = 50;

export function show(root, { session, go }) {
  const given = Object.fromEntries(new URLSearchParams(location.search));
  const filters = h("form", { class: "filters", onsubmit: (event) => event.preventDefault() });
  const asOf = h("small", {});
  const body = h("div", { class: "columns" });
  const failure = h("p", { class: "error", role: "alert" });
  root.append(h("div", { class: "top" }, h("h1", {}, t("boards.title")), filters), failure, body);
  let place = null;
  let isLeft = false;
  begin();
  return () => {
    isLeft = true;
  };

  async function begin() {
    try {
      const { channels } = await read("/v1/channels");
      const mine = session.channels ? channels.filter((each) => session.channels.includes(each.channel)) : channels;
      const names = mine.map((each) => each.channel);
      const boards = mine[0]?.boards ?? [];
      if (isLeft || !boards.length) {
        body.replaceChildren(h("p", { class: "none" }, t("boards.none")));
        return;
      }
      const known = boards.map((each) => [each.board, language() === "en" ? each.en : each.zh]);
      place = {
        channel: names.includes(given.channel) ? given.channel : names[0],
        board: boards.some((each) => each.board === given.board) ? given.board : boards[0].board,
        metric: given.metric === "comments" ? "comments" : "clicks",
      };
      const metrics = ["clicks", "comments"].map((name) => [name, t(`boards.${name}`)]);
      filters.replaceChildren(
        field(t("channel"), select("channel", names.map((name) => [name, name === "all" ? t("channel.all") : name]), place.channel)),
        field(t("boards.board"), select("board", known, place.board)),
        field(t("boards.metric"), select("metric", metrics, place.metric)),
      );
      filters.addEventListener("change", () => go("boards", Object.fromEntries(new FormData(filters))));
      await draw();
    } catch (problem) {
      failure.textContent = wordsFor(problem);
    }
  }

  function address() {
    return `/v1/rankings/${encodeURIComponent(place.channel)}/${place.board}`;
  }

  async function draw() {
    const [board, overlay] = await Promise.all([
      read(address(), { metric: place.metric, limit: LIMIT }).catch((problem) => {
        if (problem.status === 404) return { entries: [], as_of: null };
        throw problem;
      }),
      read(`${address()}/overlay`),
    ]);
    if (isLeft) return;
    failure.textContent = "";
    asOf.replaceChildren(...(board.as_of ? [t("boards.as_of", { time: "" }), time(board.as_of)] : []));
    body.replaceChildren(makeEntries(board.entries, overlay), h("aside", {}, makeAdd(), makeHidden(overlay), makeAge(overlay), makeChanges(overlay)));
    walkRows();
  }

  function makeEntries(entries, overlay) {
    const places = new Map(overlay.pins.map((pin) => [pin.article_id, pin.position]));
    const heads = [["column.rank", "number"], ["column.title", "long"], ["column.score", "number"], ["actions", ""]];
    const rows = entries.map((entry) =>
      h(
        "tr",
        { tabindex: "-1" },
        h("td", { class: "number" }, String(entry.rank)),
        h("td", { class: "long" }, outward(entry.url, entry.title), " ", entry.pinned && h("span", { class: "state" }, t("boards.pinned", { position: places.get(entry.article_id) ?? entry.rank })), h("br"), h("small", {}, entry.article_id)),
        h("td", { class: "number" }, String(Math.round(entry.score * 10) / 10)),
        h("td", {}, makeChoices(entry)),
      ),
    );
    const table = h("table", {}, h("thead", {}, h("tr", {}, heads.map(([name, kind]) => h("th", { scope: "col", class: kind || null }, t(name))))), h("tbody", {}, rows));
    const none = rows.length ? null : h("p", { class: "none" }, t("boards.none"));
    return h("div", {}, h("div", { class: "scroll", role: "region", "aria-label": t("boards.title"), tabindex: "0" }, table, none), asOf);
  }

  function makeChoices(entry) {
    const called = (deed) => ({ "aria-label": `${deed}: ${entry.title}` });
    if (entry.pinned) return button(t("boards.unpin"), called(t("boards.unpin")), () => put("DELETE", `pins/${entry.article_id}`));
    const position = h("input", { type: "number", min: "1", max: "100", value: "1", "aria-label": `${t("boards.position")}: ${entry.title}` });
    return h(
      "div",
      { class: "row" },
      position,
      button(t("boards.pin"), called(t("boards.pin")), () => put("PUT", `pins/${entry.article_id}`, { position: Number(position.value) })),
      button(t("boards.hide"), called(t("boards.hide")), () => put("PUT", `hidden/${entry.article_id}`)),
    );
  }

  function makeAdd() {
    const id = h("input", { name: "article", required: true, maxlength: "128", autocomplete: "off" });
    const position = h("input", { type: "number", name: "position", min: "1", max: "100", value: "1" });
    const hide = button(t("boards.hide"), {}, () => form.reportValidity() && put("PUT", `hidden/${encodeURIComponent(id.value.trim())}`));
    const form = h(
      "form",
      {
        class: "panel",
        onsubmit: (event) => {
          event.preventDefault();
          put("PUT", `pins/${encodeURIComponent(id.value.trim())}`, { position: Number(position.value) });
        },
      },
      h("h2", {}, t("boards.add")),
      field(t("boards.article"), id),
      field(t("boards.position"), position),
      h("div", { class: "row" }, h("button", { class: "primary" }, t("boards.pin")), hide),
    );
    return form;
  }

  function makeHidden({ hidden }) {
    const items = hidden.map((each) =>
      h("li", { class: "row" }, h("span", {}, each.title || each.article_id, " ", h("small", {}, each.article_id)), button(t("boards.show"), { "aria-label": `${t("boards.show")}: ${each.title || each.article_id}` }, () => put("DELETE", `hidden/${each.article_id}`))),
    );
    return h("section", { class: "panel" }, h("h2", {}, t("boards.hidden")), items.length ? h("ul", { class: "list" }, items) : h("p", { class: "none" }, t("boards.hidden_none")));
  }

  function makeAge({ greatest_age_hours: hours }) {
    const input = h("input", { type: "number", name: "hours", min: "1", max: "8784", required: true, value: hours ?? "" });
    return h(
      "form",
      {
        class: "panel",
        onsubmit: (event) => {
          event.preventDefault();
          put("PUT", "greatest-age", { hours: Number(input.value) });
        },
      },
      field(t("boards.age"), input),
      h("div", { class: "row" }, h("button", {}, t("save")), hours !== null && button(t("boards.age_any"), {}, () => put("DELETE", "greatest-age"))),
    );
  }

  function makeChanges({ changes }) {
    if (!changes.length) return null;
    const items = changes.slice(0, 10).map((each) => h("li", {}, time(each.at), " ", each.who, " ", known(`action.${each.action}`, each.action), " ", h("small", {}, each.article_id || t("boards.hours", { count: each.value }))));
    return h("section", { class: "panel" }, h("h2", {}, t("boards.changes")), h("ol", { class: "list" }, items));
  }

  async function put(method, mark, content) {
    try {
      await change(method, `${address()}/${mark}`, content);
      notify(t("boards.done"));
      await draw();
      document.getElementById("main").focus({ preventScroll: true });
    } catch (problem) {
      complain(wordsFor(problem));
    }
  }

  function walkRows() {
    const step = (by) => () => {
      const rows = [...body.querySelectorAll("tbody tr")];
      const at = rows.findIndex((row) => row.contains(document.activeElement));
      rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
    };
    bind({ j: step(1), k: step(-1), ArrowDown: step(1), ArrowUp: step(-1) });
  }
}

// The queue: one comment in focus, a key decides on it, and the next one is there already.

import { openBan } from "./ban_dialog.js";
import { calledBy, makeCard } from "./card.js";
import { channelSelect } from "./channels.js";
import { onCounts } from "./counters.js";
import { decisions } from "./decisions.js";
import { button, field, h, select } from "./dom.js";
import { bind } from "./keys.js";
import { Line } from "./line.js";
import { announce, complain, notify, wordsFor } from "./notices.js";
import { t } from "./texts.js";

const STATUSES = ["pending", "published", "rejected", "spam"];
const REASONS = ["abuse", "ad", "false", "privacy", "offtopic"];
const LISTED = 60;

/** Show the queue; answers what ends it. */
export function show(root, { session, go }) {
  const given = new URLSearchParams(location.search);
  const filter = { status: given.get("status") ?? "pending", channel: given.get("channel") ?? "" };
  const line = new Line(filter);
  let isLeft = false;

  const heading = h("h1", {}, t("queue.title"));
  const list = h("ol", { class: "line", "aria-label": t("queue.next") });
  const content = h("div", { class: "content" });
  const card = h("article", { class: "card", "aria-labelledby": "focus", tabindex: "-1" }, content);
  const reason = h("input", { name: "reason", maxlength: "500", list: "reasons", autocomplete: "off" });
  const empty = h("div", { class: "empty", hidden: true }, h("p", {}, t("queue.empty")), h("p", {}, t("queue.empty_hint")));
  const failure = h("div", { class: "failure", hidden: true }, h("p", {}), button(t("retry"), {}, () => open()));
  const selection = h("p", { class: "selection", hidden: true });
  const pinning = button(t("decide.pin"), { key: "P", class: "quiet" }, pin);
  const decide = h(
    "div",
    { class: "decide", role: "group", "aria-label": t("actions") },
    selection,
    h("div", { class: "keys" }, makeButtons()),
    field(t("decide.reason"), reason),
    h("datalist", { id: "reasons" }, REASONS.map((each) => h("option", { value: t(`reason.${each}`) }))),
    h(
      "div",
      { class: "more" },
      button(t("nav.prev"), { key: "K", class: "quiet" }, () => step(-1)),
      button(t("nav.next"), { key: "J", class: "quiet" }, () => step(1)),
      button(t("queue.select"), { key: "X", class: "quiet" }, toggle),
      button(t("queue.select_reader"), { key: "Y", class: "quiet" }, selectReader),
      pinning,
      button(t("ban_reader"), { key: "B", class: "quiet" }, ban),
      button(t("open_article"), { key: "O", class: "quiet" }, openArticle),
    ),
  );
  const status = select("status", STATUSES.map((each) => [each, t(`status.${each}`)]), filter.status);
  const filters = h("form", { class: "filters", "aria-label": t("queue.refilter") }, field(t("status"), status));
  const channel = channelSelect(session, filter.channel);
  filters.append(field(t("channel"), channel));
  filters.addEventListener("change", () => go("queue", { status: status.value, ...(channel.value && { channel: channel.value }) }));
  filters.addEventListener("submit", (event) => event.preventDefault());
  const work = h("div", { class: "work", hidden: true }, h("div", { class: "side" }, list), h("div", { class: "desk" }, card, decide));
  root.append(h("div", { class: "top" }, heading, filters), failure, empty, work);

  function makeButtons() {
    const of = (action, key, kind) => button(t(`decide.${action}`), { key, class: kind }, () => act(action));
    return [of("publish", "A", "primary"), of("reject", "R"), of("spam", "S"), of("delete", "D")];
  }

  async function open() {
    failure.hidden = true;
    try {
      await line.fill();
      if (!isLeft) draw();
    } catch (problem) {
      if (isLeft) return;
      failure.firstChild.textContent = wordsFor(problem);
      failure.hidden = false;
    }
  }

  function draw() {
    const entry = line.current;
    work.hidden = !entry;
    empty.hidden = Boolean(entry);
    content.replaceChildren(...(entry ? makeCard(entry) : []));
    if (entry) {
      pinning.firstChild.textContent = t(entry.pinned ? "decide.unpin" : "decide.pin");
    }
    drawLine();
    drawSelection();
  }

  function drawLine() {
    const first = Math.max(0, line.index - 5);
    list.replaceChildren(...line.entries.slice(first, first + LISTED).map(makeItem));
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  function makeItem(entry) {
    const isCurrent = entry === line.current;
    const mark = h("input", {
      type: "checkbox",
      checked: line.selected.has(entry.id),
      "aria-label": `${t("queue.select")}: ${calledBy(entry)}`,
      onchange: () => {
        line.toggle(entry.id);
        drawSelection();
      },
    });
    const jump = h(
      "button",
      { type: "button", "aria-current": isCurrent ? "true" : undefined, onclick: () => (line.focus(entry.id), draw()) },
      h("b", {}, calledBy(entry)),
      h("span", {}, entry.text.slice(0, 80)),
    );
    return h("li", { class: isCurrent ? "current" : undefined }, mark, jump);
  }

  function drawSelection() {
    const count = line.selected.size;
    selection.hidden = count === 0;
    selection.replaceChildren(t("queue.selected", { count }), " ", button(t("queue.clear"), { class: "quiet" }, () => (line.selected.clear(), draw())));
    decide.classList.toggle("many", count > 0);
  }

  function act(action) {
    const entries = line.chosen();
    if (!entries.length) return;
    decisions.decide(action, entries, { reason: reason.value.trim(), origin: line.name });
    reason.value = "";
    line.remove(entries.map((entry) => entry.id));
    tell(action, entries);
    draw();
    // A moderator on a phone decides at the end of a long comment, and reads the next one from its beginning.
    if (card.getBoundingClientRect().top < 0) card.scrollIntoView();
    line.fill().then(() => !isLeft && drawLine(), () => {});
  }

  function pin() {
    const entry = line.current;
    if (!entry) return;
    const action = entry.pinned ? "unpin" : "pin";
    decisions.decide(action, [{ ...entry }], { origin: line.name });
    entry.pinned = !entry.pinned;
    notify(t("done.one", { action: t(`done.${action}`), who: calledBy(entry) }));
    draw();
  }

  function tell(action, entries) {
    const done = t(`done.${action}`);
    const what = entries.length > 1 ? t("done.many", { action: done, count: entries.length }) : t("done.one", { action: done, who: calledBy(entries[0]) });
    const next = line.current ? t("done.next", { who: calledBy(line.current), text: line.current.text }) : t("queue.empty");
    announce(`${what}。${next}`);
  }

  function step(by) {
    if (line.move(by)) {
      draw();
      announce(`${calledBy(line.current)}，${line.current.text}`);
      line.fill().then(() => !isLeft && drawLine(), () => {});
    }
  }

  function toggle() {
    if (!line.current) return;
    line.toggle(line.current.id);
    announce(t("queue.selected", { count: line.selected.size }));
    draw();
  }

  function selectReader() {
    if (!line.current?.reader) return;
    line.selectReader(line.current.reader);
    announce(t("queue.selected", { count: line.selected.size }));
    draw();
  }

  function ban() {
    if (line.current) openBan(session, { reader: line.current.reader, prefix: line.current.network, nickname: line.current.nickname });
  }

  function openArticle() {
    const url = line.current && URL.canParse(line.current.article.url) ? new URL(line.current.article.url) : null;
    if (url && /^https?:$/.test(url.protocol)) window.open(url.href, "_blank", "noopener,noreferrer");
  }

  function takeBack({ detail: groups }) {
    for (const group of groups) {
      const pinned = { pin: false, unpin: true }[group.action];
      for (const entry of group.entries) {
        const shown = line.entries.find((each) => each.id === entry.id);
        if (shown && pinned !== undefined) shown.pinned = pinned;
      }
      if (group.origin === line.name) line.putBack(group.entries);
    }
    draw();
  }

  async function follow() {
    if (document.hidden) return;
    try {
      const { added, gone } = await line.refresh();
      if (isLeft || !(added || gone)) return;
      if (added) announce(t("queue.new", { count: added }));
      if (gone) notify(t("queue.elsewhere", { count: gone }));
      // What is being read stays as it is; only what comes next changes.
      if (work.hidden) draw();
      else drawLine();
    } catch (problem) {
      // Whoever left, as one whose session is over, has been told what there is to tell.
      if (!isLeft && !problem.passes) complain(wordsFor(problem));
    }
  }

  bind({
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    a: () => act("publish"), r: () => act("reject"), s: () => act("spam"), d: () => act("delete"), p: pin,
    x: toggle, y: selectReader, b: ban, o: openArticle,
    m: () => reason.focus(), Escape: () => (line.selected.clear(), draw()),
  });
  decisions.addEventListener("returned", takeBack);
  const stopCounting = onCounts(() => !work.hidden || !empty.hidden ? follow() : undefined);
  open();
  return () => {
    isLeft = true;
    decisions.removeEventListener("returned", takeBack);
    stopCounting();
  };
}

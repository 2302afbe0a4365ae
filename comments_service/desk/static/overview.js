// The overview: what waits, what readers wrote and clicked by the hour, and whether the workers keep up.

import { read } from "./api.js";
import { bars, line } from "./charts.js";
import { h } from "./dom.js";
import { wordsFor } from "./notices.js";
import { language, t } from "./texts.js";
import { span, time } from "./times.js";

const EVERY_MS = 5_000;
const SHOWN_MS = 10 * 60_000;
const BEHIND_EVENTS = 10_000;
const BEHIND_MS = 30_000;
const HOURS_BETWEEN_LABELS = 6;

/** Lag since this page was opened, so that a return to the view has its past. */
const lags = [];

export function show(root) {
  const tiles = h("div", { class: "tiles" });
  const workers = h("section", { class: "panel" });
  const charts = h("div", { class: "charts" });
  const fetched = h("small", {});
  root.append(h("div", { class: "top" }, h("h1", {}, t("overview.title")), fetched), tiles, workers, charts);
  let timer = 0;
  let isLeft = false;
  refresh();
  return () => {
    isLeft = true;
    clearTimeout(timer);
  };

  async function refresh() {
    if (!document.hidden) await draw();
    if (!isLeft) timer = setTimeout(refresh, EVERY_MS);
  }

  async function draw() {
    const [counts, comments, boards] = await Promise.all(["/v1/moderation/counts", "/v1/moderation/overview", "/v1/boards/health"].map(tried));
    if (isLeft) return;
    if (boards.found) remember(boards.found.partitions.reduce((sum, each) => sum + each.lag, 0));
    tiles.replaceChildren(...makeTiles(counts, comments, boards));
    workers.replaceChildren(...makeWorkers(comments, boards));
    // What somebody unfolded or walks through stays.
    if (!charts.contains(document.activeElement) && !charts.querySelector("details[open]")) charts.replaceChildren(...makeCharts(comments, boards));
    fetched.textContent = t("overview.fetched", { time: new Date().toLocaleTimeString(language()) });
  }
}

async function tried(path) {
  try {
    return { found: await read(path) };
  } catch (problem) {
    return { problem };
  }
}

function remember(lag) {
  const now = Date.now();
  lags.push({ x: now, y: lag });
  while (lags[0].x < now - SHOWN_MS) lags.shift();
}

function makeTile(name, value, note) {
  return h("div", { class: "tile" }, h("h2", {}, name), h("b", {}, value), note && h("small", {}, note));
}

function makeTiles({ found: counts, problem }, { found: comments }, { found: boards }) {
  const away = t("overview.away");
  const lag = boards?.partitions.reduce((sum, each) => sum + each.lag, 0);
  const newest = boards?.partitions.map((each) => each.newest).filter(Boolean).sort().at(-1);
  const waited = counts?.oldest_queued_at ? span(Date.now() - new Date(counts.oldest_queued_at)) : "—";
  return [
    makeTile(t("overview.waiting"), counts ? String(counts.waiting) : away, problem && wordsFor(problem)),
    makeTile(t("overview.oldest"), counts ? waited : away),
    makeTile(t("overview.published"), counts ? String(counts.by_status.published) : away),
    makeTile(t("overview.outbox"), comments ? String(comments.outbox.waiting) : away),
    makeTile(t("overview.lag"), boards ? t("overview.events", { count: lag }) : away, newest && [t("overview.behind", { time: "" }), time(newest)]),
    makeTile(t("overview.dead"), boards ? String(boards.partitions.reduce((sum, each) => sum + each.dead_letters, 0)) : away),
  ];
}

/** A worker is well while what waits for it is little or young; whether it answers a ping says nothing of that. */
function makeWorkers({ found: comments }, { found: boards }) {
  const outbox = comments && (comments.outbox.oldest_at ? Date.now() - new Date(comments.outbox.oldest_at) : 0);
  const states = [[t("overview.worker.comments"), comments && outbox < BEHIND_MS, comments && t("overview.events", { count: comments.outbox.waiting })]];
  for (const each of boards?.partitions ?? []) {
    states.push([`${t("overview.worker.ranking")} · ${t("overview.partition", { number: each.partition })}`, each.lag < BEHIND_EVENTS, t("overview.events", { count: each.lag })]);
  }
  if (!boards) states.push([t("overview.worker.ranking"), undefined, ""]);
  const items = states.map(([name, isWell, lag]) => {
    const [kind, words] = isWell === undefined ? ["pending", "overview.away"] : isWell ? ["published", "overview.ok"] : ["rejected", "overview.behind_state"];
    return h("li", {}, h("span", { class: `state ${kind}` }, t(words)), " ", name, lag && h("small", {}, ` · ${lag}`));
  });
  return [h("h2", {}, t("overview.workers")), h("ul", { class: "list" }, items)];
}

function makeCharts({ found: comments }, { found: boards }) {
  const clock = (text) => `${String(new Date(text).getHours()).padStart(2, "0")}:00`;
  const describe = (hours) => (index) => new Date(hours[index].slot).toLocaleString(language(), { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });
  const figures = [];
  if (comments) {
    const states = ["published", "pending", "rejected", "spam"];
    const hours = comments.hours;
    figures.push(
      bars({
        title: t("overview.comments_hour"), labels: hours.map((hour) => clock(hour.slot)), describe: describe(hours), every: HOURS_BETWEEN_LABELS,
        series: states.map((state) => ({ name: t(`status.${state}`), values: hours.map((hour) => hour[state]) })), unit: t("overview.unit.comments"), axis: t("overview.hour"),
      }),
    );
  }
  if (boards) {
    const hours = boards.hours;
    figures.push(
      bars({
        title: t("overview.clicks_hour"), labels: hours.map((hour) => clock(hour.slot)), describe: describe(hours), every: HOURS_BETWEEN_LABELS,
        series: [{ name: "", values: hours.map((hour) => hour.clicks) }], unit: t("overview.unit.clicks"), axis: t("overview.hour"),
      }),
    );
  }
  if (comments) {
    const bounds = comments.ages.map((age) => age.less_than_seconds);
    const labels = bounds.map((bound, index) => (bound === null ? `> ${span(bounds[index - 1] * 1_000)}` : `< ${span(bound * 1_000)}`));
    figures.push(bars({ title: t("overview.age"), labels, series: [{ name: "", values: comments.ages.map((age) => age.waiting) }], unit: t("overview.unit.comments"), axis: t("overview.waited") }));
  }
  if (lags.length) {
    const now = Date.now();
    const from = now - SHOWN_MS;
    const labels = [10, 5, 0].map((minutes) => [now - minutes * 60_000, String(-minutes)]);
    figures.push(line({ title: t("overview.lag_now"), points: lags, from, to: now, labels, unit: t("overview.unit.events"), axis: t("overview.ago"), describe: (point) => new Date(point.x).toLocaleTimeString(language()) }));
  }
  return figures;
}

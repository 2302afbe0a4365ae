// Charts as SVG: axes with units, a legend where there is more than one series, and the figures as a table below.

import { h, s } from "./dom.js";
import { language, t } from "./texts.js";

const WIDEST = 560;
const NARROWEST = 240;
const HEIGHT = 220;
const LEFT = 48;
const RIGHT = 8;
const TOP = 22;
const BOTTOM = 40;
const LINES = 4;

/** Drawn as wide as it is shown, at most: letters of a picture that is made smaller cannot be read. */
const width = () => Math.max(NARROWEST, Math.min(WIDEST, document.getElementById("main").clientWidth - 60));

const number = (value) => value.toLocaleString(language());

/** Bars over labels; several series stand on each other. series: [{name, values}]; every: how many labels are left out. */
export function bars({ title, labels, series, unit, axis, every = 1, describe = (index) => labels[index] }) {
  const sums = labels.map((_, index) => series.reduce((sum, each) => sum + each.values[index], 0));
  const frame = makeFrame(Math.max(...sums), unit, axis);
  const step = (width() - LEFT - RIGHT) / labels.length;
  const apart = every > 1 && width() < WIDEST ? 2 * every : every;
  const marks = labels.flatMap((_, index) => {
    let base = 0;
    return series.map((each, place) => {
      const value = each.values[index];
      const [y, bottom] = [frame.y(base + value), frame.y(base)];
      base += value;
      const words = `${describe(index)}: ${number(value)} ${unit}${series.length > 1 ? ` · ${each.name}` : ""}`;
      return value > 0 && s("rect", { class: `s${place + 1}`, x: LEFT + index * step + step * 0.1, y, width: step * 0.8, height: bottom - y }, s("title", {}, words));
    });
  });
  const ticks = labels.map((label, index) => index % apart === 0 && s("text", { x: LEFT + (index + 0.5) * step, y: HEIGHT - BOTTOM + 14, "text-anchor": "middle" }, label));
  const head = [axis, ...series.map((each) => `${each.name ? `${each.name} ` : ""}(${unit})`)];
  const rows = labels.map((_, index) => [describe(index), ...series.map((each) => number(each.values[index]))]);
  return makeFigure(title, [frame.parts, marks, ticks], series.length > 1 ? series : [], head, rows);
}

/** A line through points [{x, y}]; x runs from `from` to `to`, whose labels are given. */
export function line({ title, points, from, to, labels, unit, axis, describe }) {
  const frame = makeFrame(Math.max(0, ...points.map((point) => point.y)), unit, axis);
  const x = (value) => LEFT + ((value - from) / (to - from || 1)) * (width() - LEFT - RIGHT);
  const path = points.map((point) => `${x(point.x).toFixed(1)},${frame.y(point.y).toFixed(1)}`).join(" ");
  const ticks = labels.map(([value, label]) => s("text", { x: x(value), y: HEIGHT - BOTTOM + 14, "text-anchor": value === to ? "end" : "middle" }, label));
  const rows = points.slice(-20).map((point) => [describe(point), number(point.y)]);
  return makeFigure(title, [frame.parts, s("polyline", { points: path }), ticks], [], [axis, unit], rows);
}

function makeFrame(most, unit, axis) {
  const top = roundUp(most);
  const y = (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM);
  const values = [...new Set(Array.from({ length: LINES + 1 }, (_, index) => Math.round((top * index) / LINES)))];
  const grid = values.map((value) => [
    s("line", { class: value ? "grid" : "axis", x1: LEFT, x2: width() - RIGHT, y1: y(value), y2: y(value) }),
    s("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, number(value)),
  ]);
  const names = [s("text", { x: 4, y: 12 }, unit), s("text", { x: width() - RIGHT, y: HEIGHT - 6, "text-anchor": "end" }, axis)];
  return { y, parts: [grid, names] };
}

/** The next of 4, 8, 20, 40, 80, 200 …: four lines that are whole numbers. */
function roundUp(most) {
  let unit = 4;
  for (;;) {
    for (const factor of [1, 2, 5]) if (unit * factor >= most) return unit * factor;
    unit *= 10;
  }
}

function makeFigure(title, parts, legend, head, rows) {
  const picture = s("svg", { viewBox: `0 0 ${width()} ${HEIGHT}`, role: "img", "aria-label": title }, parts);
  const names = legend.length ? h("div", { class: "legend" }, legend.map((each, index) => h("span", {}, h("i", { class: `s${index + 1}` }), each.name))) : null;
  const table = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, head.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, index) => h("td", { class: index ? "number" : null }, cell))))),
  );
  const figures = h("details", {}, h("summary", {}, t("overview.table")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table));
  return h("figure", {}, h("figcaption", {}, title), names, picture, figures);
}

// A text with the words marked that the filter found in it.

import { h } from "./dom.js";
import { t } from "./texts.js";

/** The text as nodes; hits are [start, end) in code points, as the API counts. */
export function marked(text, hits) {
  const points = [...text];
  const nodes = [];
  let at = 0;
  for (const hit of [...hits].sort((a, b) => a.start - b.start || b.end - a.end)) {
    // A hit inside one that is marked already is told by the list of reasons.
    if (hit.start < at) continue;
    nodes.push(points.slice(at, hit.start).join(""));
    const words = t("hit", { word: hit.word, tier: t(`tier.${hit.tier}`) });
    nodes.push(h("mark", { class: hit.tier, title: words }, points.slice(hit.start, hit.end).join("")));
    at = hit.end;
  }
  nodes.push(points.slice(at).join(""));
  return nodes;
}

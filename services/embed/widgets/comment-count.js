// <comment-count article="…">: how many comments an article has; all counts of a page in one call.
import { Widget } from "./element.js";

const MOST_IN_A_CALL = 200;
let waiting = [];

/** Fill everything that waits; what cannot be counted keeps what stands inside it. */
async function fill() {
  const group = waiting.splice(0, MOST_IN_A_CALL);
  if (waiting.length) fill();
  const article_ids = [...new Set(group.map((each) => each.getAttribute("article")))];
  const answer = await group[0].call("/v1/comments/counts", "POST", { article_ids }).catch(() => null);
  for (const each of group) {
    const count = answer?.json.counts[each.getAttribute("article")];
    if (count !== undefined) Object.assign(each, { textContent: `${count}`, title: each.t("count", count) });
  }
}

class CommentCount extends Widget {
  static observedAttributes = ["article"];
  credentials = "omit";

  start() {
    // What the page adds at the same moment goes along.
    if (waiting.push(this) === 1) setTimeout(fill, 20);
  }
}

customElements.define("comment-count", CommentCount);

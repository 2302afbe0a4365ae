// <hot-news channel="zz">: a channel's boards as tabs over one numbered list.
//
// boards="total three-day weekly:comments" chooses them, limit="10" the lines, `scores` shows the numbers, more="https://…"
// is where 更多 leads, refresh="15" the seconds between two looks.
import { Widget, button, clock, h, keep, recall, sheet, web } from "./element.js";

const LONGEST_PAUSE_SECONDS = 120;
const DAY_MS = 86400000;

const style = sheet(`
:host { --row: 2.2em }
.tabs { display: flex; gap: 1.2em; height: 2.8em; border-bottom: 1px solid var(--line); overflow-x: auto; scrollbar-width: none }
.tabs button { white-space: nowrap; color: var(--quiet); border-bottom: 2px solid transparent }
.tabs [aria-selected=true] { color: var(--accent); border-color: var(--accent); font-weight: 600 }
.tabs :focus-visible, .title:focus-visible { outline-offset: -2px }
.panel { height: calc(var(--lines) * var(--row) + 1em); padding: .5em 0; overflow: hidden }
li { display: flex; align-items: center; gap: .6em; height: var(--row) }
.rank { width: 1.5em; line-height: 1.5; text-align: center; border-radius: 3px }
li:nth-child(-n + 3) .rank { background: var(--accent); color: var(--on); font-weight: 600 }
.title { flex: 1; min-width: 0; line-height: var(--row); white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.mark, .score { min-width: 2.2em; text-align: right }
.blank { flex: 1; height: .8em; border-radius: 3px; background: var(--wash) }
.foot { display: flex; justify-content: space-between; height: 2em }
@media (pointer: coarse) { :host { --row: 44px } .tabs { height: 44px } .foot { height: 44px; line-height: 44px } }
`);

class HotNews extends Widget {
  static observedAttributes = ["channel", "boards", "lang"];
  credentials = "omit";
  // The answer lets a browser show it for five seconds more; who looks every second wants the next one.
  cache = "no-cache";
  chosen = 0;

  start() {
    const limit = (this.limit = Math.min(100, Number(this.getAttribute("limit")) || 10));
    this.path = `/v1/rankings/${encodeURIComponent(this.getAttribute("channel") ?? "all")}?limit=${limit}`;
    this.boards = (this.getAttribute("boards") ?? "total three-day weekly monthly").trim().split(/[\s,]+/);
    this.shortest = this.pause = Number(this.getAttribute("refresh")) || 15;
    this.box = null;
    this.root(style);
    this.style.setProperty("--lines", limit);
    if (!this.childElementCount) this.show();
    const observer = new IntersectionObserver(([seen]) => {
      this.isSeen = seen.isIntersecting;
      this.look();
    });
    observer.observe(this);
    this.cleanups.push(() => observer.disconnect(), () => clearTimeout(this.timer));
    this.listen(document, "visibilitychange", () => this.look());
    this.load();
  }

  /** One request for the whole box; the last answer stays when there is no new one. */
  async load() {
    this.dueAt = Infinity;
    const before = JSON.stringify(this.box);
    try {
      const { json } = await this.call(this.path).catch((refused) => {
        if (refused.code === "channel_unknown") return { json: { boards: [] } };
        throw refused;
      });
      keep(this.api + this.path, (this.box = { boards: json.boards, at: Date.now() }));
      this.isStale = false;
      this.pause = this.shortest;
    } catch (refused) {
      this.box ??= recall(this.api + this.path);
      this.isStale = true;
      this.pause = Math.min(LONGEST_PAUSE_SECONDS, Math.max(2 * this.pause, refused.seconds ?? 0));
    }
    if (this.isStale || before !== JSON.stringify(this.box)) this.show();
    // Those who opened the page at the same moment need not come back at the same moment.
    const pause = this.pause * 1000 * (0.9 + Math.random() / 5);
    this.dueAt = Date.now() + pause;
    this.timer = setTimeout(() => this.look(), pause + 1);
  }

  /** Ask again when it is time and somebody may be looking. */
  look() {
    if (this.isConnected && this.isSeen && !document.hidden && Date.now() >= this.dueAt) this.load();
  }

  show() {
    if (this.isStale && !this.box && this.childElementCount) return;
    const focused = this.shadowRoot.activeElement?.id;
    const [board, metric = "clicks"] = this.boards[this.chosen].split(":");
    this.shadowRoot.replaceChildren(
      h("section", { part: "box", "aria-label": this.getAttribute("label") ?? this.t("hot") },
        h("div", { class: "tabs", part: "tabs", role: "tablist", onkeydown: (event) => this.steer(event) }, this.boards.map((name, place) => this.tab(name, place))),
        h("div", { class: "panel", part: "panel", role: "tabpanel", id: "panel", "aria-labelledby": `tab${this.chosen}` }, this.list(board, metric)),
        h("div", { class: "foot quiet" },
          h("span", {}, this.isStale && this.box && this.t("updated", clock(new Date(this.box.at)))),
          this.hasAttribute("more") && h("a", { part: "more", href: this.getAttribute("more") }, this.t("more")))));
    if (focused) this.shadowRoot.getElementById(focused)?.focus();
  }

  tab(name, place) {
    const [board, metric] = name.split(":");
    const title = this.t(board === "hot" ? "heat" : board) || board;
    const isChosen = place === this.chosen;
    return button(metric === "comments" ? this.t("talk", title) : title, () => this.choose(place), {
      role: "tab", part: isChosen ? "tab active-tab" : "tab", id: `tab${place}`, "aria-selected": `${isChosen}`, "aria-controls": "panel", tabindex: isChosen ? 0 : -1,
    });
  }

  choose(place) {
    this.chosen = place;
    this.show();
    this.shadowRoot.getElementById(`tab${place}`).focus();
  }

  steer(event) {
    const count = this.boards.length;
    const next = { ArrowRight: this.chosen + 1, ArrowLeft: this.chosen + count - 1, Home: 0, End: count - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.choose(next % count);
  }

  list(board, metric) {
    if (!this.box) {
      if (this.isStale) return h("p", { class: "quiet", role: "status" }, this.t("unread"));
      return h("ol", { "aria-hidden": "true" }, Array.from({ length: this.limit }, () => h("li", {}, h("span", { class: "blank" }))));
    }
    // A decaying board has no metric.
    const found = this.box.boards.find((each) => each.board === board && (each.metric ?? metric) === metric);
    if (found?.entries.length) return h("ol", { part: "list" }, found.entries.map((entry) => this.line(entry)));
    return h("p", { class: "quiet", part: "empty" }, (metric === "clicks" && this.t(`no-${board}`)) || this.t(metric === "clicks" ? "no-total" : "no-comments"));
  }

  line({ article_id: id, rank, title, url, score, change, published_at: published }) {
    let mark = "";
    let spoken = null;
    if (change) [mark, spoken] = change > 0 ? [`↑${change}`, this.t("up", change)] : [`↓${-change}`, this.t("down", -change)];
    else if (change === null && Date.now() - Date.parse(published) < DAY_MS) [mark, spoken] = [this.t("new"), this.t("fresh")];
    return h("li", { part: "entry" },
      h("span", { class: "rank quiet", part: "rank" }, `${rank}`),
      h("a", { class: "title", part: "title", href: web(url), title, id: `to-${id}` }, title),
      h("span", { class: "mark quiet", part: "mark", role: spoken && "img", "aria-label": spoken }, mark),
      this.hasAttribute("scores") && h("span", { class: "score quiet", part: "score" }, `${Math.round(score)}`));
  }
}

customElements.define("hot-news", HotNews);

// <news-comments article="…">: 我来说两句 and 相关评论 of an article.
//
// Sends the page's click unless it carries `no-click`; `sort` is the first order; the property `token` is a member's JWT.
import { ago, own, view } from "./comment.js";
import { Widget, button, h, sheet } from "./element.js";
import { form } from "./form.js";
import { follow } from "./live.js";

const SORTS = { newest: "newest", oldest: "oldest", hot: "best" };
const PAGE = 20;
const MINUTE_MS = 60000;

const style = sheet(`
h2 { font-size: 17px; font-weight: 600; margin-bottom: .5em }
form { margin-bottom: 1em }
textarea, input, select { border: 1px solid var(--line); border-radius: var(--radius); padding: .55em .7em; background: var(--surface) }
textarea { display: block; width: 100%; min-height: 44px; max-height: 40vh; line-height: 1.6 }
[aria-invalid=true] { border-color: var(--accent) }
input { flex: 1; min-width: 0; max-width: 14em }
.row { display: flex; align-items: center; gap: .8em; margin-top: .5em }
.counter { margin-left: auto }
.error { color: var(--accent); font-size: 14px }
form:not(:focus-within) .row:has(+ .error:empty) { display: none }
.link { text-decoration: underline; padding: .4em 0 }
.primary { background: var(--accent); color: var(--on); border-radius: var(--radius); padding: .5em 1.3em }
[aria-busy=true] .primary { opacity: .7 }
.bar { display: flex; align-items: baseline; border-bottom: 1px solid var(--line) }
.sorts, .floor { margin-left: auto }
.sorts button { padding: .2em .8em; color: var(--quiet); border-radius: var(--radius) }
.sorts [aria-pressed=true] { background: var(--wash); color: var(--text) }
.new { position: sticky; top: 0; width: 100%; padding: .6em; background: var(--wash); color: var(--accent) }
article { display: grid; grid-template-columns: 36px minmax(0, 1fr); column-gap: 12px; padding: 14px 0 8px }
article > * { grid-column: 2 }
.list > li + li { border-top: 1px solid var(--line) }
.avatar { grid-area: 1 / 1 / span 6; width: 36px; height: 36px; line-height: 36px; border-radius: 50%; overflow: hidden; text-align: center; background: var(--wash) }
img { width: 100% }
.head, .acts, .acts span { display: flex; align-items: center; gap: .5em 1em }
b { font-weight: 600 }
.badge { font-size: 12px; padding: 0 .4em; border: 1px solid var(--line); border-radius: 3px }
.text { line-height: 1.75; white-space: pre-line }
.text a { text-decoration: underline }
.pending .text { color: var(--quiet) }
blockquote { border: 1px solid var(--line); background: var(--wash); padding: 4px; margin: 4px 0; font-size: 14px }
.act { padding: .3em 0; min-width: 2em }
.act:hover, .act[aria-pressed=true] { color: var(--accent) }
.act::before { content: attr(data-sign) " " }
.act::after { content: " " attr(data-count) }
.list ol { margin-left: 48px }
.list ol ol ol { margin-left: 0 }
.load { width: 100%; padding: .8em; background: var(--wash) }
.sr:not(.seen) { position: absolute; clip-path: inset(50%) }
@media (max-width: 40em) { .list ol { margin-left: 24px } .list ol ol { margin-left: 0 } }
@media (pointer: coarse) { button, input, select { min-height: 44px; min-width: 44px } input, textarea { font-size: 16px } }
`);

class NewsComments extends Widget {
  static observedAttributes = ["article", "lang"];

  start() {
    this.article = this.getAttribute("article");
    this.path = `/v1/articles/${encodeURIComponent(this.article)}/comments`;
    this.sort = this.getAttribute("sort") ?? "newest";
    this.nodes = new Map();
    this.total = this.heard = 0;
    this.list = null;
    this.root(style);
    if (!this.hasAttribute("no-click") && this.clicked !== this.article) navigator.sendBeacon(`${this.api}/v1/clicks`, (this.clicked = this.article));
    this.load();
    const timer = setInterval(() => {
      for (const time of this.shadowRoot.querySelectorAll("time")) time.textContent = ago(this, time.dateTime);
    }, MINUTE_MS);
    this.cleanups.push(() => clearInterval(timer));
    follow(this, this.article, (total) => {
      this.heard = total;
      this.count();
    });
  }

  post(body, headers) {
    return this.call(this.path, "POST", body, headers);
  }

  address(cursor) {
    return `${this.path}?sort=${this.sort}&limit=${PAGE}${cursor}`;
  }

  /** Read the list from its beginning. */
  async load(isFocused) {
    const sort = this.sort;
    try {
      const { json } = await this.call(this.address(""));
      // The reader has chosen another order in the meantime.
      if (sort !== this.sort) return;
      this.mode = json.thread.comments;
      this.total = json.total;
      this.heard = Math.max(this.heard, json.total);
      this.nodes.clear();
      if (!this.list) this.show();
      this.list.replaceChildren();
      for (const each of this.sorts.children) each.ariaPressed = `${each.dataset.sort === sort}`;
      this.append(json, isFocused);
    } catch (refused) {
      if (!refused.passes && !refused.code) throw refused;
      const words = this.t(refused.code) || this.t("unread");
      if (this.list) this.say(words, true);
      else this.shadowRoot.replaceChildren(h("slot"), h("p", { class: "row quiet", role: "status" }, words, button(this.t("retry"), () => this.load(), { class: "link" })));
    }
  }

  show() {
    this.said = h("p", { role: "status", class: "sr quiet" });
    this.heading = h("h2");
    this.arrived = button("", () => {
      this.sort = "newest";
      this.load(true);
    }, { class: "new", part: "new" });
    this.list = h("ol", { class: "list", part: "list" });
    this.end = h("div");
    this.sorts = h("div", { class: "sorts quiet", role: "group", "aria-label": this.t("sort") }, Object.keys(SORTS).map((sort) => button(this.t(SORTS[sort]), () => {
      this.sort = sort;
      this.load();
    }, { "data-sort": sort })));
    const writing = { draft: `draft:${this.article}`, label: this.t("say"), send: (body, headers) => this.post(body, headers), done: (answer) => this.add(answer) };
    const hint = { moderated: "moderated", closed: "comments_closed" }[this.mode];
    this.shadowRoot.replaceChildren(h("section", { part: "comments", "aria-label": this.t("comments") },
      h("h2", {}, this.t("say")), this.mode !== "closed" && form(this, writing), hint && h("p", { class: "quiet" }, this.t(hint)),
      h("div", { class: "bar" }, this.heading, this.sorts), this.said, this.arrived, this.list, this.end));
  }

  /** Add a page to the end of the list. */
  append({ comments, next_cursor: cursor }, isFocused) {
    const items = comments.filter(({ id }) => !this.nodes.has(id)).map((comment) => this.item(comment));
    this.list.append(...items);
    if (isFocused) items[0]?.firstChild.focus();
    this.end.replaceChildren();
    if (cursor) this.end.append(this.loader("load", () => this.address(`&cursor=${cursor}`), (page) => this.append(page, true)));
    this.count();
  }

  loader(name, address, take, n) {
    const made = button(this.t(name, n), async () => {
      try {
        take((await this.call(address())).json);
      } catch {
        made.textContent = this.t("retry");
      }
    }, { class: "load", part: "load" });
    return made;
  }

  /** A comment with its replies; `above` are the comments that it answers, without the one at the top. */
  item(comment, above = [], depth = 0) {
    const node = { comment, replies: h("ol"), below: depth ? [...above, comment] : [], depth };
    node.draw = () => view(this, node.comment, above, this);
    this.nodes.set(comment.id, node);
    this.answer(node, comment.replies);
    const made = h("li", {}, (node.article = node.draw()), node.replies);
    if (comment.hidden_replies > 0) made.append(this.rest(node, "", comment.hidden_replies));
    return made;
  }

  answer(node, replies) {
    const fresh = replies.filter(({ id }) => !this.nodes.has(id));
    node.replies.append(...fresh.map((reply) => this.item(reply, node.below, node.depth + 1)));
    return fresh.length;
  }

  /** The replies that the page left out. */
  rest(node, cursor, hidden) {
    const made = this.loader("replies", () => `/v1/comments/${node.comment.id}/replies?limit=${PAGE}${cursor}`, ({ comments, next_cursor: next }) => {
      const left = hidden - this.answer(node, comments);
      made.replaceWith(...(next ? [this.rest(node, `&cursor=${next}`, left)] : []));
    }, hidden);
    made.className = "link";
    return made;
  }

  /** Show a comment of one's own that was just sent, where it will be. */
  add({ status, json }, parent) {
    own(json);
    const isHeld = status === 202;
    const node = this.nodes.get(parent);
    if (node) this.answer(node, [json]);
    else this.list[this.sort === "newest" ? "prepend" : "append"](this.item(json));
    this.total += isHeld ? 0 : 1;
    this.count();
    this.say(this.t(isHeld ? "held" : "sent"), isHeld);
    this.nodes.get(json.id).article.focus();
  }

  /** Draw a comment anew. */
  change(comment) {
    const node = this.nodes.get(comment.id);
    if (node.comment.status === "published" && comment.status !== "published") this.total -= 1;
    node.comment = comment;
    node.article.replaceWith((node.article = node.draw()));
    this.count();
    return node.article;
  }

  count() {
    if (!this.list) return;
    const fresh = Math.max(0, this.heard - this.total);
    const words = this.t("arrived", fresh);
    this.heading.textContent = `${this.t("comments")} (${this.total})`;
    if (fresh && this.arrived.hidden) this.say(words);
    this.arrived.hidden = !fresh;
    this.arrived.textContent = words;
    if (!this.list.firstChild) this.end.replaceChildren(h("p", { class: "quiet row" }, this.t("none")));
    else this.end.querySelector("p")?.remove();
  }

  /** Tell whoever listens, and show it where it is not to be seen elsewhere. */
  say(text, isSeen = false) {
    this.said.classList.toggle("seen", isSeen);
    this.said.textContent = text;
  }
}

customElements.define("news-comments", NewsComments);

// Tables: the head stays, more rows come by themselves, and the keyboard walks them without pages.

import { button, h } from "./dom.js";
import { bind } from "./keys.js";
import { wordsFor } from "./notices.js";
import { t } from "./texts.js";

const NEAR_END = 5;

/** A table whose rows come page by page.
 *
 * columns: [{title, kind?}], kind a class of the cells; row(item): the cells' contents; load(cursor): {items, next};
 * none: the sentence of an empty table; keys: what single keys do with the item of the row in focus.
 */
export class Table {
  #items = [];
  #next = null;
  #isLoading = false;
  #isStale = false;

  constructor({ label, columns, row, load, none, keys = {}, onCount = () => {} }) {
    Object.assign(this, { columns, row, load, none, onCount });
    const heads = columns.map((column) => h("th", { scope: "col", class: column.kind }, column.title));
    this.body = h("tbody", { onkeydown: (event) => this.#walk(event) });
    this.foot = h("td", { colspan: String(columns.length) });
    const table = h("table", {}, h("thead", {}, h("tr", {}, heads)), this.body, h("tfoot", {}, h("tr", {}, this.foot)));
    // Focusable, because a box that scrolls has to scroll for the keyboard, too.
    this.element = h("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, table);
    const watcher = new IntersectionObserver(([seen]) => seen.isIntersecting && this.more(), { root: this.element, rootMargin: "300px" });
    watcher.observe(this.foot);
    const step = (by) => () => this.#step(by);
    bind({ j: step(1), k: step(-1), ArrowDown: step(1), ArrowUp: step(-1), ...this.#withItem(keys) });
  }

  get items() {
    return this.#items;
  }

  /** Read it anew from the first page. */
  async reload() {
    if (this.#isLoading) {
      this.#isStale = true;
      return;
    }
    await this.#page(null);
    if (this.#isStale) {
      this.#isStale = false;
      await this.reload();
    }
  }

  /** Read the next page, if there is one. */
  async more() {
    if (this.#next !== null && !this.#isLoading) await this.#page(this.#next);
  }

  /** Draw an item's row again, or take the row away with `null`. */
  replace(item, fresh) {
    const index = this.#items.indexOf(item);
    const row = this.body.children[index];
    if (fresh === null) {
      this.#items.splice(index, 1);
      const neighbour = row.nextElementSibling ?? row.previousElementSibling;
      const hadFocus = row.contains(document.activeElement);
      row.remove();
      if (hadFocus) (neighbour ?? this.element).focus();
      this.#tell();
      return;
    }
    this.#items[index] = fresh;
    row.replaceWith(this.#draw(fresh));
  }

  async #page(cursor) {
    this.#isLoading = true;
    this.element.setAttribute("aria-busy", "true");
    this.foot.replaceChildren(t("loading"));
    try {
      const { items, next } = await this.load(cursor);
      this.#items = cursor === null ? items : [...this.#items, ...items];
      this.#next = next;
      const rows = items.map((item) => this.#draw(item));
      if (cursor === null) this.body.replaceChildren(...rows);
      else this.body.append(...rows);
      this.#tell();
    } catch (problem) {
      this.foot.replaceChildren(wordsFor(problem), " ", button(t("retry"), {}, () => (cursor === null ? this.reload() : this.more())));
    } finally {
      this.#isLoading = false;
      this.element.removeAttribute("aria-busy");
    }
  }

  #tell() {
    this.foot.replaceChildren(this.#items.length ? "" : this.none);
    this.onCount(this.#items.length, this.#next !== null);
  }

  #draw(item) {
    const cells = this.row(item).map((content, index) => h("td", { class: this.columns[index].kind }, content));
    return h("tr", { tabindex: "-1" }, cells);
  }

  #withItem(keys) {
    const current = () => this.#items[[...this.body.children].findIndex((row) => row.contains(document.activeElement))];
    return Object.fromEntries(Object.entries(keys).map(([key, action]) => [key, () => current() && action(current())]));
  }

  #step(by) {
    const rows = [...this.body.children];
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const target = Math.min(Math.max(at + by, 0), rows.length - 1);
    rows[target]?.focus();
    if (target >= rows.length - NEAR_END) this.more();
  }

  #walk(event) {
    // Enter on a row is its first link or button, as a click on it would be.
    if (event.key === "Enter" && event.target.matches("tr")) event.target.querySelector("button, a")?.click();
  }
}

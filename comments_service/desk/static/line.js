// The queue's line: what waits, in order, loaded ahead of the moderator and kept true to what others decide meanwhile.

import { read } from "./api.js";
import { decisions } from "./decisions.js";

const PAGE = 50;
const AHEAD = 20;

/** The comments of one filter ({status, channel}); `index` is the one in focus, -1 when there is none. */
export class Line {
  entries = [];
  index = -1;
  selected = new Set();
  #cursor = null;
  #isComplete = false;
  #loading = null;

  constructor(filter) {
    this.filter = filter;
  }

  /** The same text for every line of the same filter: where undone decisions belong. */
  get name() {
    return `${this.filter.status} ${this.filter.channel}`;
  }

  get current() {
    return this.entries[this.index] ?? null;
  }

  /** Load until so many are ahead of the focus. */
  async fill() {
    while (!this.#isComplete && this.entries.length - this.index <= AHEAD) {
      this.#loading ??= this.#load();
      await this.#loading;
    }
  }

  /** Move the focus; answers whether it moved. */
  move(step) {
    const target = Math.min(Math.max(this.index + step, 0), this.entries.length - 1);
    const moved = target !== this.index;
    this.index = target;
    return moved;
  }

  focus(id) {
    const found = this.entries.findIndex((entry) => entry.id === id);
    if (found >= 0) this.index = found;
  }

  toggle(id) {
    if (!this.selected.delete(id) && this.selected.size < 200) this.selected.add(id);
  }

  selectReader(reader) {
    const theirs = this.entries.filter((entry) => entry.reader && entry.reader === reader).map((entry) => entry.id);
    for (const id of theirs.slice(0, 200)) this.selected.add(id);
  }

  /** The selected ones, or the one in focus. */
  chosen() {
    const selected = this.entries.filter((entry) => this.selected.has(entry.id));
    return selected.length ? selected : [this.current].filter(Boolean);
  }

  /** Take entries out; what comes behind the focus moves up to it. */
  remove(ids) {
    const gone = new Set(ids);
    const focused = this.current?.id;
    const behind = this.entries.slice(this.index).find((entry) => !gone.has(entry.id));
    this.entries = this.entries.filter((entry) => !gone.has(entry.id));
    for (const id of gone) this.selected.delete(id);
    const target = gone.has(focused) ? behind?.id : focused;
    const found = this.entries.findIndex((entry) => entry.id === target);
    this.index = found >= 0 ? found : this.entries.length - 1;
  }

  /** Put entries back where they were, and the focus on the first of them. */
  putBack(entries) {
    const fresh = entries.filter((entry) => !this.entries.some((each) => each.id === entry.id));
    this.entries = [...this.entries, ...fresh].sort((one, other) => (this.#place(one) < this.#place(other) ? -1 : 1));
    this.focus(entries[0]?.id);
  }

  /** Read the first page again: answers how many are new and how many somebody else decided on. */
  async refresh() {
    const page = await this.#read(null);
    const found = new Set(page.comments.map((entry) => entry.id));
    const last = page.next_cursor ? page.comments.at(-1) : null;
    const gone = this.entries.filter((entry) => !found.has(entry.id) && entry !== this.current && (!last || this.#place(entry) <= this.#place(last)));
    this.remove(gone.map((entry) => entry.id));
    const before = this.entries.length;
    if (!page.next_cursor) this.#add(page.comments);
    else if (this.#isComplete) [this.#cursor, this.#isComplete] = [page.next_cursor, false];
    if (this.index < 0 && this.entries.length) this.index = 0;
    return { added: this.entries.length - before, gone: gone.length };
  }

  async #load() {
    try {
      const page = await this.#read(this.#cursor);
      this.#cursor = page.next_cursor;
      this.#isComplete = page.next_cursor === null;
      this.#add(page.comments);
      if (this.index < 0 && this.entries.length) this.index = 0;
    } finally {
      this.#loading = null;
    }
  }

  #add(comments) {
    const known = new Set(this.entries.map((entry) => entry.id));
    this.entries.push(...comments.filter((entry) => !known.has(entry.id) && !decisions.holds(entry.id)));
  }

  #read(cursor) {
    return read("/v1/moderation/queue", { ...this.filter, limit: PAGE, cursor });
  }

  /** The server's order: what waits by since when, everything else by its id, which grows with time. */
  #place(entry) {
    return this.filter.status === "pending" ? `${entry.queued_at} ${entry.id}` : entry.id;
  }
}

// Several sources as one list: each gives its pages newest first, and so does the whole.

/** sources: [(cursor) => {items: [{at}], next}]; page(true) begins anew; answers {items, next} as a table reads it. */
export class Merged {
  #sources = [];
  #loads;

  constructor(...loads) {
    this.#loads = loads;
  }

  async page(isFirst) {
    if (isFirst) this.#sources = this.#loads.map((load) => ({ load, items: [], next: null, isDone: false }));
    await Promise.all(this.#sources.filter((source) => !source.items.length && !source.isDone).map(fill));
    const items = [];
    // Beyond the end of what one source has sent, another's next may be older than what it has not sent yet.
    while (this.#sources.every((source) => source.items.length || source.isDone)) {
      const newest = this.#sources.filter((source) => source.items.length).sort((one, other) => (one.items[0].at < other.items[0].at ? 1 : -1))[0];
      if (!newest) break;
      items.push(newest.items.shift());
    }
    return { items, next: this.#sources.some((source) => source.items.length || !source.isDone) ? "more" : null };
  }
}

async function fill(source) {
  const { items, next } = await source.load(source.next);
  source.items.push(...items);
  source.next = next;
  source.isDone = next === null;
}

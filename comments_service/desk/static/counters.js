// How much there is to do: in the tab's title and beside the queue's name, asked again while somebody can see it.

import { read } from "./api.js";
import { decisions } from "./decisions.js";
import { t } from "./texts.js";

const EVERY_MS = 15_000;
const SOON_MS = 300;
let timer = 0;
let waiting = null;
const listeners = new Set();

/** Called with the counts whenever they were read; answers what takes the listener off. */
export function onCounts(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Begin to count. */
export function watchCounts() {
  clearTimeout(timer);
  timer = setTimeout(recount, 0);
}

/** Count again in a moment. */
export function recountSoon() {
  clearTimeout(timer);
  timer = setTimeout(recount, SOON_MS);
}

/** Show the last count less what is decided here and not sent yet. */
export function showCount() {
  if (waiting === null) return;
  const left = Math.max(0, waiting - decisions.pendingFromQueue());
  const badge = document.getElementById("waiting");
  if (badge) {
    badge.textContent = String(left);
    badge.hidden = left === 0;
  }
  document.title = `${left ? `(${left}) ` : ""}${t(`nav.${document.body.dataset.view}`)} · ${t("desk")} · Redian`;
}

async function recount() {
  clearTimeout(timer);
  if (!document.getElementById("waiting")) return;
  try {
    if (!document.hidden) {
      const counts = await read("/v1/moderation/counts");
      waiting = counts.waiting;
      for (const listener of listeners) listener(counts);
      showCount();
    }
  } catch {
    // The next round asks again; a queue that cannot be read says so itself.
  }
  timer = setTimeout(recount, EVERY_MS);
}

document.addEventListener("visibilitychange", () => document.hidden || recountSoon());
decisions.addEventListener("change", showCount);

// The undo bar: what is decided and not sent yet, with the keys that take it back or send it now.

import { decisions } from "./decisions.js";
import { button, h } from "./dom.js";
import { t } from "./texts.js";

const bar = document.getElementById("undo");

/** Show the bar whenever a decision waits. */
export function installUndoBar() {
  const words = h("p", {});
  const undo = button(t("undo"), { key: "U" }, () => decisions.undo());
  const now = button(t("undo.now"), { key: "N", class: "quiet" }, () => decisions.sendNow());
  bar.append(words, undo, now);
  decisions.addEventListener("change", () => {
    const count = decisions.waiting.reduce((sum, group) => sum + group.entries.length, 0);
    bar.hidden = count === 0;
    words.textContent = wordsFor(count);
    undo.disabled = decisions.waiting.every((group) => group.isInFlight);
  });
}

function wordsFor(count) {
  if (decisions.failures) return t("undo.retry", { count });
  if (decisions.isSending && decisions.waiting.every((group) => group.isInFlight)) return t("undo.sending");
  const actions = new Set(decisions.waiting.map((group) => group.action));
  if (actions.size === 1) return t("undo.waiting", { action: t(`done.${[...actions][0]}`), count });
  return t("undo.mixed", { count });
}

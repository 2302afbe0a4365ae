// Keyboard: single keys while nothing is being typed. They can be switched off, as WCAG 2.1.4 asks.

import { recall, remember } from "./choices.js";

let bindings = new Map();
let always = new Map();

/** The keys of the view that is shown, {key: action}; they take the place of those before. */
export function bind(actions) {
  bindings = new Map(Object.entries(actions));
}

/** The keys of every view. */
export function bindAlways(actions) {
  always = new Map(Object.entries(actions));
}

export const areOn = () => recall("keys", "on") === "on";

export function switchKeys(on) {
  remember("keys", on ? "on" : "off");
}

function isTyping(target) {
  return target instanceof HTMLElement && Boolean(target.closest("input, textarea, select, [contenteditable], dialog"));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape" && !event.target.closest("dialog")) document.getElementById("main").focus();
    return;
  }
  if (!areOn()) return;
  const action = bindings.get(event.key) ?? always.get(event.key);
  if (!action) return;
  event.preventDefault();
  action(event);
});

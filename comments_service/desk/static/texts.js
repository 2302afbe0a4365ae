// The texts of the page's language: t("queue.left", {count: 3}).

import { EN } from "./texts_en.js";
import { ZH } from "./texts_zh.js";

const texts = document.documentElement.lang === "en" ? EN : ZH;

export const language = () => document.documentElement.lang;

/** A text with its values filled in; a name that there is no text for is itself. */
export function t(name, values = {}) {
  const text = texts[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);
}

/** A text, or what stands instead of one that there is none for (a code that is newer than this page). */
export function known(name, otherwise) {
  return texts[name] ?? otherwise;
}

// Times as a reader says them, with the full time in the title.

import { h } from "./dom.js";
import { language, t } from "./texts.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const two = (number) => String(number).padStart(2, "0");

/** 刚刚, 5 分钟前, 今天 14:03, 11-21 09:12. */
export function words(moment, now = new Date()) {
  const ago = now - moment;
  if (ago < MINUTE) return t("time.now");
  if (ago < HOUR) return t("time.minutes", { count: Math.floor(ago / MINUTE) });
  const clock = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  if (moment.toDateString() === now.toDateString()) return t("time.today", { clock });
  const day = `${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return moment.getFullYear() === now.getFullYear() ? `${day} ${clock}` : `${moment.getFullYear()}-${day}`;
}

/** How long something lasts: 40 秒, 5 分钟, 3 小时, 2 天. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000));
  if (seconds < 60) return t("span.seconds", { count: seconds });
  if (seconds < 3_600) return t("span.minutes", { count: Math.floor(seconds / 60) });
  if (seconds < 48 * 3_600) return t("span.hours", { count: Math.floor(seconds / 3_600) });
  return t("span.days", { count: Math.floor(seconds / 86_400) });
}

/** A <time> of an RFC 3339 text. */
export function time(text) {
  const moment = new Date(text);
  const full = moment.toLocaleString(language(), { dateStyle: "full", timeStyle: "medium" });
  return h("time", { datetime: text, title: full }, words(moment));
}

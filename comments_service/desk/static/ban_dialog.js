// The dialog that bans somebody: a reader, a network or a nickname, for how long, heard by nobody or refused.

import { change } from "./api.js";
import { channelSelect } from "./channels.js";
import { button, field, h, select } from "./dom.js";
import { notify, wordsFor } from "./notices.js";
import { t } from "./texts.js";

const KINDS = ["reader", "prefix", "nickname"];
const HOUR_MS = 3_600_000;
const TERMS = [["24", t("bans.hours", { count: 24 })], ["72", t("bans.days", { count: 3 })], ["168", t("bans.days", { count: 7 })], ["720", t("bans.days", { count: 30 })], ["", t("forever")]];

/** Open it; `known` are values by kind, `onDone` runs after the ban is in force. */
export function openBan(session, known = {}, onDone = () => {}) {
  const first = KINDS.find((kind) => known[kind]) ?? "reader";
  const kind = select("kind", KINDS.map((each) => [each, t(`bans.kind.${each}`)]), first);
  const value = h("input", { name: "value", required: true, maxlength: "128", value: known[first] ?? "", autocomplete: "off" });
  const term = select("term", TERMS, "168");
  const channel = channelSelect(session, session.channels?.[0] ?? "");
  const shadow = h("input", { type: "checkbox", name: "shadow" });
  const reason = h("input", { name: "reason", maxlength: "500", autocomplete: "off" });
  const error = h("p", { class: "error", role: "alert" });
  kind.addEventListener("change", () => {
    value.value = known[kind.value] ?? "";
  });
  const form = h(
    "form",
    { onsubmit: send },
    h("h2", { id: "ban-title" }, t("bans.add")),
    field(t("column.kind"), kind),
    field(t("bans.value"), value, t("bans.value_hint")),
    field(t("bans.for"), term),
    field(t("channel"), channel),
    field(t("reason"), reason),
    h("label", { class: "check" }, shadow, t("bans.shadow")),
    error,
    h("div", { class: "row" }, h("button", { class: "primary" }, t("bans.add")), button(t("cancel"), {}, () => dialog.close())),
  );
  const dialog = h("dialog", { "aria-labelledby": "ban-title", onclose: () => dialog.remove() }, form);
  document.body.append(dialog);
  dialog.showModal();

  async function send(event) {
    event.preventDefault();
    error.textContent = "";
    const until = term.value ? new Date(Date.now() + Number(term.value) * HOUR_MS).toISOString() : null;
    const body = { kind: kind.value, value: value.value.trim(), shadow: shadow.checked, until };
    if (channel.value) body.channel = channel.value;
    if (reason.value.trim()) body.reason = reason.value.trim();
    try {
      await change("POST", "/v1/moderation/bans", body);
      dialog.close();
      notify(t("bans.added", { value: body.value }));
      onDone();
    } catch (problem) {
      error.textContent = wordsFor(problem);
    }
  }
}

// Webhooks: who is told of events, with what became of each delivery. For whoever is for every channel.

import { change, read } from "./api.js";
import { confirm } from "./confirm.js";
import { makeDeliveries } from "./deliveries.js";
import { button, field, h } from "./dom.js";
import { complain, notify, wordsFor } from "./notices.js";
import { showOnce } from "./once_dialog.js";
import { Table } from "./table.js";
import { known, t } from "./texts.js";
import { time } from "./times.js";

const PATH = "/v1/moderation/webhooks";
const EVENTS = ["comment.published", "comment.removed", "article.published", "article.withdrawn"];
const KEEP_HOURS = 24;

export function show(root) {
  const log = h("section", {});
  const table = new Table({
    label: t("webhooks.title"),
    columns: [
      { title: t("webhooks.url"), kind: "long" },
      { title: t("webhooks.events") },
      { title: t("column.status") },
      { title: t("column.by") },
      { title: t("actions") },
    ],
    row: (hook) => [
      [h("bdi", {}, hook.url), hook.description && [h("br"), h("small", {}, hook.description)]],
      hook.events.map((each) => h("div", {}, known(`event.${each}`, each))),
      h("span", { class: `state ${hook.active ? "published" : "pending"}` }, t(hook.active ? "webhooks.active" : "webhooks.paused")),
      [hook.created_by, " ", time(hook.created_at)],
      makeChoices(hook),
    ],
    none: t("webhooks.none"),
    load: async () => ({ items: (await read(PATH)).webhooks, next: null }),
  });
  root.append(h("h1", {}, t("webhooks.title")), h("div", { class: "columns" }, h("div", { class: "view" }, table.element, log), h("aside", {}, makeAdd(table))));
  table.reload();

  function makeChoices(hook) {
    const deed = (name, act) => button(t(`webhooks.${name}`), { "aria-label": `${t(`webhooks.${name}`)}: ${hook.url}` }, () => attempt(act));
    return h(
      "div",
      { class: "row" },
      deed("deliveries", () => log.replaceChildren(...makeDeliveries(`${PATH}/${hook.id}/deliveries`, hook.url))),
      deed(hook.active ? "pause" : "resume", async () => table.replace(hook, await change("PATCH", `${PATH}/${hook.id}`, { active: !hook.active }))),
      deed("secret", () => turnOver(hook)),
      deed("remove", () => remove(hook)),
    );
  }

  async function turnOver(hook) {
    if (!(await confirm(t("webhooks.secret_sure", { url: hook.url, hours: KEEP_HOURS }), t("webhooks.secret")))) return;
    const fresh = await change("POST", `${PATH}/${hook.id}/secrets`, { keep_hours: KEEP_HOURS });
    table.replace(hook, fresh);
    showSecret(fresh);
  }

  async function remove(hook) {
    if (!(await confirm(t("webhooks.remove_sure", { url: hook.url }), t("webhooks.remove")))) return;
    await change("DELETE", `${PATH}/${hook.id}`);
    log.replaceChildren();
    table.replace(hook, null);
    notify(t("webhooks.removed", { url: hook.url }));
  }
}

function makeAdd(table) {
  const url = h("input", { name: "url", type: "url", required: true, maxlength: "2048", placeholder: "https://", autocomplete: "off" });
  const description = h("input", { name: "description", maxlength: "200", autocomplete: "off" });
  const events = EVENTS.map((each) => h("label", { class: "check" }, h("input", { type: "checkbox", name: "event", value: each, checked: each.startsWith("comment.") }), t(`event.${each}`)));
  const error = h("p", { class: "error", role: "alert" });
  const form = h(
    "form",
    { class: "panel", onsubmit: add },
    h("h2", {}, t("webhooks.add")),
    field(t("webhooks.url"), url),
    h("fieldset", { class: "choices wide" }, h("legend", {}, t("webhooks.events")), events),
    field(t("webhooks.description"), description),
    error,
    h("button", { class: "primary" }, t("webhooks.add")),
  );
  return form;

  async function add(event) {
    event.preventDefault();
    error.textContent = "";
    const body = { url: url.value.trim(), events: new FormData(form).getAll("event"), description: description.value.trim() || null };
    try {
      const made = await change("POST", PATH, body);
      form.reset();
      await table.reload();
      showSecret(made);
    } catch (problem) {
      error.textContent = wordsFor(problem);
    }
  }
}

function showSecret(hook) {
  showOnce({ title: t("webhooks.secret_of", { url: hook.url }), note: t("webhooks.secret_once"), label: t("webhooks.secret_label"), value: hook.secret });
}

async function attempt(deed) {
  try {
    await deed();
  } catch (problem) {
    complain(wordsFor(problem));
  }
}

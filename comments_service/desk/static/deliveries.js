// The deliveries of a webhook, the newest first, and a way to begin one anew.

import { change, read } from "./api.js";
import { button, h } from "./dom.js";
import { complain, notify, wordsFor } from "./notices.js";
import { Table } from "./table.js";
import { known, t } from "./texts.js";
import { time } from "./times.js";

const LOOKS = { delivered: "published", waiting: "pending", sending: "pending", failed: "rejected" };

/** A heading and the table; `path` is where they are read. */
export function makeDeliveries(path, url) {
  const title = t("deliveries.title", { url });
  const table = new Table({
    label: title,
    columns: [
      { title: t("column.time") },
      { title: t("webhooks.events") },
      { title: t("column.status") },
      { title: t("deliveries.attempts"), kind: "number" },
      { title: t("deliveries.answer"), kind: "long" },
      { title: t("deliveries.next") },
      { title: t("actions") },
    ],
    row: (delivery) => [
      time(delivery.created_at),
      known(`event.${delivery.event}`, delivery.event),
      h("span", { class: `state ${LOOKS[delivery.status] ?? ""}` }, known(`delivery.${delivery.status}`, delivery.status)),
      String(delivery.attempts),
      [delivery.http_status, delivery.error].filter(Boolean).join(" · ") || "—",
      delivery.next_attempt_at ? time(delivery.next_attempt_at) : "—",
      delivery.status !== "delivered" && button(t("deliveries.retry"), { "aria-label": `${t("deliveries.retry")}: ${delivery.id}` }, () => retry(delivery)),
    ],
    none: t("deliveries.none"),
    load: async (cursor) => {
      const page = await read(path, { limit: 50, cursor });
      return { items: page.deliveries, next: page.next_cursor };
    },
  });
  table.reload();
  return [h("h2", {}, title), table.element];

  async function retry(delivery) {
    try {
      table.replace(delivery, await change("POST", `${path}/${delivery.id}/retry`));
      notify(t("deliveries.retried"));
    } catch (problem) {
      complain(wordsFor(problem));
    }
  }
}

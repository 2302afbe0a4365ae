// A dialog with something that is told once: a link, a secret. It can be copied, and is nowhere afterwards.

import { button, h } from "./dom.js";
import { notify } from "./notices.js";
import { t } from "./texts.js";

/** Show `value`, called `label`, under a title and what to do with it. */
export function showOnce({ title, note, label, value }) {
  const shown = h("input", { readonly: true, value, "aria-label": label, onfocus: () => shown.select() });
  const dialog = h(
    "dialog",
    { "aria-labelledby": "once-title", onclose: () => dialog.remove() },
    h(
      "form",
      { onsubmit: (event) => (event.preventDefault(), dialog.close()) },
      h("h2", { id: "once-title" }, title),
      h("p", {}, note),
      shown,
      h("div", { class: "row" }, button(t("copy"), { class: "primary" }, copy), h("button", {}, t("close"))),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();

  async function copy() {
    shown.select();
    try {
      await navigator.clipboard.writeText(value);
      notify(t("copied"));
    } catch {
      // Without HTTPS the browser keeps the clipboard to itself; the text is selected, ready for the keys that copy.
      notify(t("copy_by_hand"));
    }
  }
}

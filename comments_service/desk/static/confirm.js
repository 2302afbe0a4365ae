// A question before what cannot be undone with a key.

import { button, h } from "./dom.js";
import { t } from "./texts.js";

/** Ask; answers whether the deed was wanted. */
export function confirm(question, deed) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { role: "alertdialog", "aria-labelledby": "question", onclose: () => (resolve(dialog.returnValue === "yes"), dialog.remove()) },
      h("p", { id: "question" }, question),
      h("div", { class: "row" }, button(t("cancel"), { autofocus: true }, () => dialog.close("no")), button(deed, { class: "primary" }, () => dialog.close("yes"))),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

// The list of keys, and the switch that turns single keys off.

import { button, h } from "./dom.js";
import { areOn, switchKeys } from "./keys.js";
import { t } from "./texts.js";

const KEYS = [
  [["J", "K"], "move"], [["A"], "publish"], [["R"], "reject"], [["S"], "spam"], [["D"], "delete"], [["P"], "pin"],
  [["U"], "undo"], [["N"], "now"], [["X"], "select"], [["Y"], "select_reader"], [["M"], "reason"], [["B"], "ban"],
  [["O"], "article"], [["1", "…", "0"], "views"], [["/"], "search"], [["Esc"], "escape"], [["?"], "help"],
];

/** Open the list. */
export function showHelp() {
  const toggle = h("input", { type: "checkbox", checked: areOn(), onchange: () => switchKeys(toggle.checked) });
  const rows = KEYS.map(([keys, what]) =>
    h("div", {}, h("dt", {}, keys.map((key) => h("kbd", {}, key))), h("dd", {}, t(`help.${what}`))),
  );
  const dialog = h(
    "dialog",
    { class: "help", "aria-labelledby": "help-title", onclose: () => dialog.remove() },
    h("h2", { id: "help-title" }, t("help.title")),
    h("dl", {}, rows),
    h("label", { class: "check" }, toggle, t("help.on")),
    button(t("close"), { class: "primary" }, () => dialog.close()),
  );
  document.body.append(dialog);
  dialog.showModal();
}

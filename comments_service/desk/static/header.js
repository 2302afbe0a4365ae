// The header: where one is, who one is, language and theme.

import { recall, remember, tellServer } from "./choices.js";
import { button, h, select } from "./dom.js";
import { language, t } from "./texts.js";
import { keyOf, viewsOf } from "./views.js";

const THEMES = ["system", "light", "dark"];
const header = document.getElementById("header");

/** Draw the header; without a session it has no sections. */
export function makeHeader(session, { onSignOut, onHelp, onAccount }) {
  header.replaceChildren(
    h("p", { class: "brand" }, h("span", { class: "mark", "aria-hidden": "true" }, "✓"), t("desk")),
    ...(session ? [makeNav(viewsOf(session))] : []),
    h(
      "div",
      { class: "tools" },
      session && makeWho(session, onAccount),
      session && button(t("help"), { key: "?", class: "quiet keys-help" }, onHelp),
      makeThemes(),
      button(t("language"), { class: "quiet", lang: language() === "en" ? "zh-CN" : "en" }, switchLanguage),
      session && button(t("sign_out"), { class: "quiet" }, onSignOut),
    ),
  );
}

/** Mark the section that is shown. */
export function markView(name) {
  for (const link of header.querySelectorAll("nav a")) {
    if (link.pathname.endsWith(`/${name}`)) {
      link.setAttribute("aria-current", "page");
      // On a phone the sections scroll sideways, and the present one must not stand outside.
      link.scrollIntoView({ block: "nearest", inline: "center" });
    } else link.removeAttribute("aria-current");
  }
}

function makeWho(session, onAccount) {
  // A key has nothing that could be changed here.
  if (!session.account_id) return h("span", { class: "who" }, session.name);
  return button(session.name, { class: "quiet me", title: t("account.own"), "aria-haspopup": "dialog" }, onAccount);
}

function makeNav(views) {
  const links = views.map((name, index) =>
    h(
      "li",
      {},
      h(
        "a",
        { href: `/admin/${name}`, "aria-keyshortcuts": keyOf(index) },
        t(`nav.${name}`),
        name === "queue" && h("span", { class: "count", id: "waiting", hidden: true }),
        h("kbd", { "aria-hidden": "true" }, keyOf(index)),
      ),
    ),
  );
  return h("nav", { "aria-label": t("nav") }, h("ul", {}, links));
}

function makeThemes() {
  const chosen = recall("theme", document.documentElement.dataset.theme);
  const control = select("theme", THEMES.map((name) => [name, t(`theme.${name}`)]), chosen);
  control.setAttribute("aria-label", t("theme"));
  control.addEventListener("change", () => {
    document.documentElement.dataset.theme = control.value;
    remember("theme", control.value);
    tellServer("theme", control.value);
  });
  return control;
}

function switchLanguage() {
  tellServer("language", language() === "en" ? "zh-CN" : "en");
  location.reload();
}

// The desk begins here: who is signed in, which view the address names, and what every view has in common.

import { resume, signOut, whenSessionIsOver } from "./api.js";
import { recountSoon, watchCounts } from "./counters.js";
import { decisions } from "./decisions.js";
import { makeHeader, markView } from "./header.js";
import { showHelp } from "./help.js";
import { showInvitation } from "./invitation.js";
import { bind, bindAlways } from "./keys.js";
import { announce, complain, wordsFor } from "./notices.js";
import { showOwnAccount } from "./own_account.js";
import { showSignIn } from "./sign_in.js";
import { t } from "./texts.js";
import { installUndoBar } from "./undo_bar.js";
import { keyOf, viewsOf } from "./views.js";

const main = document.getElementById("main");
let session = null;
let leave = () => {};
let visit = 0;

const viewOf = (path) => path.split("/")[2] || "queue";

/** Show the view of the present address; what a slower visit brings after a newer one is dropped. */
async function show() {
  const name = viewOf(location.pathname);
  const mine = ++visit;
  leave();
  leave = () => {};
  bind({});
  main.setAttribute("aria-busy", "true");
  markView(name);
  document.body.dataset.view = name;
  const { show: open } = await import(`./${name}.js`);
  if (mine !== visit || !session) return;
  const root = document.createElement("div");
  root.className = `view ${name}`;
  main.replaceChildren(root);
  main.removeAttribute("aria-busy");
  leave = open(root, { session, go }) ?? (() => {});
}

/** Go to a view, {q: "…"} its parameters. */
export function go(name, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  history.pushState(null, "", `/admin/${name}${query ? `?${query}` : ""}`);
  show().then(() => {
    scrollTo(0, 0);
    // A view that begins with a field has put the focus there.
    if (!main.contains(document.activeElement)) main.focus({ preventScroll: true });
    announce(t(`nav.${name}`));
  });
}

function goTo(index) {
  const name = session && viewsOf(session)[index];
  if (name) go(name);
}

function followLinks(event) {
  const link = event.target.closest?.("a[href^='/admin']");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  const url = new URL(link.href);
  go(viewOf(url.pathname), Object.fromEntries(url.searchParams));
}

async function begin(found) {
  session = found;
  makeHeader(session, { onSignOut: end, onHelp: showHelp, onAccount: () => showOwnAccount(session, adopt) });
  decisions.resume(session.name);
  watchCounts();
  await show();
}

function adopt(found) {
  session = found;
}

async function end() {
  try {
    await decisions.sendNow();
    await signOut();
    askWho("");
    announce(t("sign_in.out"));
  } catch (problem) {
    complain(wordsFor(problem));
  }
}

function askWho(reason) {
  visit += 1;
  session = null;
  leave();
  leave = () => {};
  bind({});
  makeHeader(null, {});
  document.body.dataset.view = "sign-in";
  main.removeAttribute("aria-busy");
  showSignIn(main, reason, begin);
}

/** The one-time link that the address carries, whoever is signed in here. */
function takeUpInvitation() {
  makeHeader(null, {});
  document.body.dataset.view = "sign-in";
  return showInvitation(main, begin, start);
}

async function start() {
  try {
    const found = "session" in document.documentElement.dataset ? await resume() : null;
    if (found) await begin(found);
    else askWho("");
  } catch (problem) {
    askWho(wordsFor(problem));
  }
}

whenSessionIsOver(() => {
  if (session) askWho(t("sign_in.over"));
});
addEventListener("popstate", () => session && show());
document.addEventListener("click", followLinks);
decisions.addEventListener("sent", recountSoon);
installUndoBar();
bindAlways({
  "?": showHelp,
  "/": () => session && go("search"),
  u: () => session && decisions.undo(),
  n: () => session && decisions.sendNow(),
  ...Object.fromEntries(Array.from({ length: 10 }, (_, index) => [keyOf(index), () => goTo(index)])),
});

if (viewOf(location.pathname) === "invitation") await takeUpInvitation();
else await start();

// The form of a comment, a reply or a change. What was typed is kept until it is published; what could not be sent goes
// out again by itself, with the same Idempotency-Key, so that it is published once.
import { button, h, keep, recall } from "./element.js";

const MOST_CHARACTERS = 2000;
const LONGEST_PAUSE_SECONDS = 60;

/** A form; `send(body, headers)` sends, `done(answer)` takes the answer. `text` is that of a comment to change. */
export function form(widget, { draft, label, text, send, done, cancel }) {
  const isNew = text === undefined;
  const kept = recall(draft);
  let key = kept?.key;
  let pause = 1;
  let timer;
  let isSending;

  const area = h("textarea", { rows: 1, "aria-label": label, placeholder: label, "aria-describedby": "error", oninput: change });
  const name = h("input", { "aria-label": widget.t("nickname"), placeholder: widget.t("nickname"), maxlength: 40, autocomplete: "nickname" });
  const counter = h("span", { class: "quiet counter" });
  const error = h("p", { class: "error", id: "error", role: "alert" });
  const submitter = h("button", { class: "primary", part: "button" });
  const made = h("form", { part: "form", onsubmit: submit, onkeydown: steer }, area,
    h("div", { class: "row" }, isNew && name, counter, cancel && button(widget.t("cancel"), cancel, { class: "link" }), submitter), error);
  area.value = kept?.text ?? text ?? "";
  name.value = recall("nickname") ?? "";

  /** Characters beyond the limit. */
  const over = () => [...area.value.trim()].length - MOST_CHARACTERS;

  function fit() {
    counter.textContent = `${over() + MOST_CHARACTERS}/${MOST_CHARACTERS}`;
    area.style.height = 0;
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  function remember() {
    keep(draft, area.value.trim() && { text: area.value, key });
  }

  function change() {
    key = null;
    fit();
    fail("");
    remember();
  }

  function fail(message) {
    clearTimeout(timer);
    error.textContent = message;
    area.ariaInvalid = `${!!message}`;
  }

  function wait(isWaiting) {
    isSending = isWaiting;
    made.ariaBusy = `${isWaiting}`;
    submitter.textContent = widget.t(isWaiting ? "sending" : isNew ? "send" : "save");
  }

  async function submit(event) {
    event?.preventDefault();
    if (isSending) return;
    const words = area.value.trim();
    if (!words || over() > 0) {
      fail(words ? widget.t("long", over()) : widget.t("blank"));
      area.focus();
      return;
    }
    key ??= crypto.getRandomValues(new Uint32Array(4)).join("-");
    remember();
    fail("");
    wait(true);
    const nickname = isNew && name.value.trim();
    try {
      const answer = await prove((headers) => send(nickname ? { text: words, nickname } : { text: words }, { "Idempotency-Key": key, ...headers }));
      if (isNew) keep("nickname", nickname);
      area.value = "";
      change();
      done(answer);
    } catch (refused) {
      explain(refused);
    }
    wait(false);
  }

  /** Send; where the server asks for a proof of work, do the work and send again. */
  async function prove(attempt) {
    try {
      return await attempt();
    } catch (refused) {
      if (refused.status !== 428) throw refused;
      const { solve } = await import("./challenge.js");
      return attempt({ "X-Challenge-Solution": await solve(refused.problem.challenge) });
    }
  }

  function explain({ status, code, problem, passes, seconds }) {
    if (passes) {
      seconds ||= pause;
      fail(widget.t(status === 429 ? "wait" : "offline", seconds));
      error.append(" ", button(widget.t("retry"), submit, { class: "link" }));
      pause = Math.min(LONGEST_PAUSE_SECONDS, 2 * pause);
      timer = setTimeout(submit, seconds * 1000);
    } else {
      key = null;
      const bad = problem?.errors?.[0];
      fail(widget.t(code) || (bad ? widget.t("bad", `${bad.field} ${bad.message}`) : widget.t("failed")));
      area.focus();
    }
  }

  function steer(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
    if (event.key === "Escape") cancel?.();
  }

  widget.listen(window, "online", () => error.querySelector("button") && submit());
  wait(false);
  requestAnimationFrame(fit);
  return made;
}

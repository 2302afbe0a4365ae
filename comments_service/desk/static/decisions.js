// Decisions: each waits ten seconds in which it can be taken back, then they go to the server together.
//
// Until then nobody else sees them, so an undone publication was never published: no mail, no webhook told of it. What
// was sent can still be undone by its entry in the audit trail.

import { Problem, change } from "./api.js";
import { complain, notify, wordsFor } from "./notices.js";
import { t } from "./texts.js";

const UNDO_MS = 10_000;
const TOGETHER_MS = 1_000;
const MOST_AT_ONCE = 200;
const RETRY_MS = [1_000, 2_000, 5_000, 10_000];
const REMEMBERED = 50;
const PATH = "/v1/moderation/decisions";
const TAKES_FROM_QUEUE = new Set(["publish", "reject", "spam", "delete"]);

/** One key's worth: an action on one or more entries; `origin` is the list that had them. */
class Group {
  constructor(action, entries, { reason = "", origin = "" }) {
    Object.assign(this, { action, entries, reason, origin });
    this.dueAt = Date.now() + UNDO_MS;
    this.auditIds = new Map();
  }

  body() {
    return this.entries.map((entry) => ({ comment_id: entry.id, action: this.action, reason: this.reason || undefined }));
  }
}

/** Fires `change` whenever something waits or not, `sent` after a call, `returned` with groups that are undone or refused. */
class Decisions extends EventTarget {
  waiting = [];
  isSending = false;
  failures = 0;
  #sent = [];
  #delivery = null;
  #timer = 0;
  #isStopped = false;
  #who = null;

  /** Decide; `how` may hold a reason, and the list that gets the entries back when it is undone. */
  decide(action, entries, how = {}) {
    this.waiting.push(new Group(action, entries, how));
    this.#schedule();
    this.#tell("change");
  }

  /** Whether a comment has a decision that is not sent yet. */
  holds(id) {
    return this.waiting.some((group) => TAKES_FROM_QUEUE.has(group.action) && group.entries.some((entry) => entry.id === id));
  }

  /** Comments that will leave the queue once what waits is sent. */
  pendingFromQueue() {
    const groups = this.waiting.filter((group) => TAKES_FROM_QUEUE.has(group.action));
    return groups.flatMap((group) => group.entries).filter((entry) => entry.queued_at).length;
  }

  /** Take back the last one: unsent ones silently, sent ones by the API. */
  async undo() {
    if (this.waiting.at(-1)?.isInFlight) await this.#delivery;
    const last = this.waiting.at(-1);
    if (last) {
      this.waiting.pop();
      this.#give([last]);
      notify(t("undo.undone", { count: last.entries.length }));
      return;
    }
    const sent = this.#sent.pop();
    if (!sent) notify(t("undo.nothing"));
    else await this.#undoSent(sent);
  }

  /** Send everything that waits, without the rest of the ten seconds. */
  async sendNow() {
    for (const group of this.waiting) group.dueAt = 0;
    await this.#send();
  }

  /** After a sign-in: go on with what waits, unless it is somebody else now, who did not decide that. */
  resume(who) {
    if (this.#who !== null && this.#who !== who) {
      this.waiting = [];
      this.#sent = [];
      this.#tell("change");
    }
    this.#who = who;
    this.#isStopped = false;
    this.#schedule();
  }

  /** The page goes away: what waits is sent with it. */
  sendLast() {
    const all = this.waiting.filter((group) => !group.isInFlight).flatMap((group) => group.body());
    for (let start = 0; start < all.length; start += MOST_AT_ONCE) {
      const body = { decisions: all.slice(start, start + MOST_AT_ONCE) };
      change("POST", PATH, body, { keepalive: true, signal: undefined }).catch(() => {});
    }
  }

  #schedule() {
    clearTimeout(this.#timer);
    if (!this.waiting.length || this.#isStopped) return;
    const due = Math.max(0, this.waiting[0].dueAt - Date.now());
    const wait = this.failures ? RETRY_MS[Math.min(this.failures, RETRY_MS.length) - 1] : due;
    this.#timer = setTimeout(() => this.#send(), wait);
  }

  async #send() {
    if (this.isSending || !this.waiting.length) return;
    const soon = Date.now() + TOGETHER_MS;
    const groups = [];
    let size = 0;
    for (const group of this.waiting) {
      if (group.dueAt > soon || (size && size + group.entries.length > MOST_AT_ONCE)) break;
      groups.push(group);
      size += group.entries.length;
    }
    if (!groups.length) return this.#schedule();
    this.isSending = true;
    for (const group of groups) group.isInFlight = true;
    this.#tell("change");
    this.#delivery = this.#deliver(groups);
    await this.#delivery;
    this.isSending = false;
    this.#tell("change");
    this.#schedule();
  }

  async #deliver(groups) {
    await this.#tryToDeliver(groups);
    for (const group of groups) group.isInFlight = false;
  }

  async #tryToDeliver(groups) {
    try {
      this.#settle(groups, await this.#post(groups));
      this.failures = 0;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.passes) this.failures += 1;
      else if (problem.status === 401) this.#isStopped = true;
      else if (groups.length > 1) for (const group of groups) await this.#tryToDeliver([group]);
      else this.#refuse(groups, wordsFor(problem));
    }
  }

  async #post(groups) {
    const { results } = await change("POST", PATH, { decisions: groups.flatMap((group) => group.body()) });
    return results;
  }

  #settle(groups, results) {
    let at = 0;
    let lost = 0;
    for (const group of groups) {
      for (const entry of group.entries) {
        const result = results[at++];
        if (result.audit_id) group.auditIds.set(entry.id, result.audit_id);
        if (result.outcome === "unknown" || result.outcome === "deleted") lost += 1;
      }
    }
    this.waiting = this.waiting.filter((group) => !groups.includes(group));
    this.#sent = [...this.#sent, ...groups.filter((group) => group.auditIds.size)].slice(-REMEMBERED);
    if (lost) complain(t("undo.unknown"));
    this.#tell("sent", groups);
  }

  #refuse(groups, why) {
    this.waiting = this.waiting.filter((group) => !groups.includes(group));
    complain(t("undo.refused", { why }));
    this.#give(groups);
  }

  async #undoSent(group) {
    const wanted = group.entries.filter((entry) => group.auditIds.has(entry.id));
    const body = wanted.map((entry) => ({ comment_id: entry.id, action: "undo", undoes: group.auditIds.get(entry.id) }));
    try {
      const { results } = await change("POST", PATH, { decisions: body });
      const undone = wanted.filter((_, index) => results[index].outcome === "done");
      if (undone.length) {
        notify(t("undo.undone", { count: undone.length }));
        this.#give([Object.assign(group, { entries: undone })]);
        this.#tell("sent", [group]);
      }
      if (undone.length < wanted.length) complain(t("undo.superseded"));
    } catch (problem) {
      this.#sent.push(group);
      complain(wordsFor(problem));
    }
  }

  #give(groups) {
    this.#schedule();
    this.#tell("returned", groups);
    this.#tell("change");
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

export const decisions = new Decisions();
addEventListener("pagehide", () => decisions.sendLast());

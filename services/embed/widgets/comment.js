// One comment as it stands in the list: who, what, and what can be done with it.
import { button, clock, h, keep, recall, web } from "./element.js";
import { form } from "./form.js";

const EDITABLE_MS = 15 * 60000;
const SHOWN_QUOTES = 3;
const REASONS = ["spam", "abuse", "illegal", "false", "privacy", "other"];
const LINK = /(https?:\/\/[^\s<>"'`{}|\\^\u3000-\u303f\uff00-\uffef‘-”]+(?<![.,;:!?*_~()[\]]))/i;

/** A time as people say it: just now, 5 minutes ago, today 14:03, 11-21 09:12. */
export function ago(widget, iso) {
  const [date, now] = [new Date(iso), new Date()];
  const minutes = Math.floor((now - date) / 60000);
  if (minutes < 1) return widget.t("now");
  if (minutes < 60) return widget.t("minutes", minutes);
  if (date.toDateString() === now.toDateString()) return widget.t("today", clock(date));
  const day = new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(date.getFullYear() === now.getFullYear() ? 5 : 0, 10);
  return `${day} ${clock(date)}`;
}

const nameOf = (widget, comment) => comment.author.nickname ?? widget.t("guest");
const floorOf = (widget, comment) => widget.t("floor", comment.floor);

/** A comment's text; what looks like an address of the web becomes a link. */
function prose({ text }) {
  return h("p", { class: "text", part: "text" }, text.split(LINK).map((part, place) =>
    place % 2 ? h("a", { href: web(part), rel: "nofollow ugc noopener", target: "_blank" }, part) : part));
}

/** The comments that a reply answers as boxes in boxes, the oldest innermost (盖楼). */
function quotes(widget, above, isWhole) {
  const hidden = isWhole ? 0 : Math.max(0, above.length - SHOWN_QUOTES);
  const open = (event) => event.target.closest(".tower").replaceWith(quotes(widget, above, true));
  const shown = [above[0], ...(hidden ? [null] : []), ...above.slice(1 + hidden)];
  return h("div", { class: "tower" }, shown.reduce((inner, comment) => h("blockquote", { part: "quote" }, inner, comment
    ? [h("p", { class: "quiet" }, `${nameOf(widget, comment)} ${floorOf(widget, comment)}`), h("p", {}, comment.text || widget.t(comment.status))]
    : button(widget.t("middle", hidden), open, { class: "link" })), null));
}

/** Remember the right to change and to delete a comment. */
export const own = (comment) => keep(`own:${comment.id}`, comment.edit_token);

/** A comment without its replies; `above` are the comments that it answers, `list` is told what becomes of it. */
export function view(widget, comment, above, list) {
  const { id, status, author } = comment;
  const path = `/v1/comments/${id}`;
  const isPublished = status === "published";
  const isOpen = isPublished || status === "pending";
  const token = recall(`own:${id}`);
  const right = token ? { "X-Edit-Token": token } : {};
  const below = h("div");
  const act = (name, onclick, attributes) => button(widget.t(name), onclick, { class: "act", ...attributes });

  /** Do something; says so when it is refused. */
  async function attempt(method, address, body, then) {
    try {
      then((await widget.call(path + address, method, body, right)).json);
    } catch (refused) {
      widget.say(widget.t(refused.code) || widget.t("failed"), true);
    }
  }

  /** Open something under the comment, or close what is open. */
  function unfold(make) {
    if (below.firstChild) return fold();
    below.append(make());
    below.querySelector("textarea, select, button").focus();
  }

  function fold() {
    below.replaceChildren();
    menu.focus();
  }

  function vote(value, name, count, sign) {
    const isChosen = comment.vote === value;
    return act(name, () => attempt("PUT", "/vote", { value: isChosen ? 0 : value }, (votes) => {
      list.change({ ...comment, ...votes }).querySelector(`.${name}`).focus();
    }), { class: `act ${name}`, part: name, "aria-pressed": `${isChosen}`, "data-count": count || "", "data-sign": sign, "aria-label": `${widget.t(name)} ${count}` });
  }

  const reply = () => form(widget, {
    draft: `draft:${comment.article_id}:${id}`,
    label: widget.t("to", nameOf(widget, comment)),
    send: (body, headers) => widget.post({ ...body, parent_id: id }, headers),
    done(answer) {
      fold();
      list.add(answer, id);
    },
    cancel: fold,
  });

  const edit = () => form(widget, {
    draft: `draft:edit:${id}`,
    label: widget.t("edit"),
    text: comment.text,
    send: (body, headers) => widget.call(path, "PATCH", body, { ...headers, ...right }),
    done({ json }) {
      list.change({ ...comment, ...json });
      widget.say(widget.t("saved"));
    },
    cancel: fold,
  });

  const ask = (question, name, yes) => () => h("p", { class: "row" }, question, act(name, yes, { class: "primary" }), act("cancel", fold, { class: "link" }));

  const remove = ask(widget.t("sure"), "remove", () => attempt("DELETE", "", undefined, () => {
    keep(`own:${id}`, null);
    list.change({ ...comment, status: "deleted", author: {} });
    widget.say(widget.t("removed"));
  }));

  const reasons = h("select", { "aria-label": widget.t("why") }, REASONS.map((value) => h("option", { value }, widget.t(value))));
  const report = ask(reasons, "report", () => attempt("POST", "/reports", { reason: reasons.value }, () => {
    fold();
    widget.say(widget.t("reported"), true);
  }));

  const more = h("span", { hidden: "" }, token
    ? [Date.now() - Date.parse(comment.created_at) < EDITABLE_MS && act("edit", () => unfold(edit)), act("remove", () => unfold(remove))]
    : act("report", () => unfold(report)));
  const menu = button("⋯", () => {
    more.hidden = !more.hidden;
    menu.ariaExpanded = `${!more.hidden}`;
  }, { class: "act", "aria-label": widget.t("menu"), "aria-expanded": "false" });

  const name = nameOf(widget, comment);
  const picture = web(author.avatar);
  return h("article", { class: status, part: "comment", tabindex: -1, "aria-label": `${name} ${floorOf(widget, comment)}` },
    h("div", { class: "avatar", "aria-hidden": "true" }, picture ? h("img", { src: picture, alt: "", loading: "lazy" }) : [...name][0]),
    h("div", { class: "head" },
      isOpen && h("b", { part: "name" }, name),
      author.verified && h("span", { class: "badge" }, widget.t("member")),
      comment.pinned && h("span", { class: "badge" }, widget.t("pinned")),
      h("span", { class: "quiet floor", part: "floor" }, floorOf(widget, comment))),
    above.length > 0 && quotes(widget, above),
    isOpen && prose(comment),
    !isPublished && h("p", { class: "quiet" }, widget.t(status)),
    isOpen && h("div", { class: "acts quiet" },
      h("time", { datetime: comment.created_at, title: new Date(comment.created_at).toLocaleString(widget.language) }, ago(widget, comment.created_at)),
      comment.edited_at && h("span", {}, widget.t("edited")),
      isPublished && [vote(1, "like", comment.up, "▲"), vote(-1, "dislike", comment.down, "▼"), widget.mode !== "closed" && act("reply", () => unfold(reply))],
      menu, more),
    below);
}

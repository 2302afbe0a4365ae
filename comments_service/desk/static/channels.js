// The channels that a moderator can choose from: those of his key, or all that there are.

import { read } from "./api.js";
import { h } from "./dom.js";
import { t } from "./texts.js";

let all = null;

/** Every channel's name; none while ranking_service is away. */
export async function channelNames(session) {
  if (session.channels) return session.channels;
  all ??= read("/v1/channels").then(
    ({ channels }) => channels.map((each) => each.channel).filter((name) => name !== "all"),
    () => {
      all = null;
      return [];
    },
  );
  return all;
}

/** A select of channels, filled as soon as they are known; its first option is every channel. */
export function channelSelect(session, chosen = "", first = t("channel.all")) {
  const control = h("select", { name: "channel" }, h("option", { value: "" }, first));
  if (chosen) control.append(h("option", { value: chosen, selected: true }, chosen));
  channelNames(session).then((names) => {
    const fresh = names.filter((name) => name !== chosen);
    control.append(...fresh.map((name) => h("option", { value: name }, name)));
  });
  return control;
}

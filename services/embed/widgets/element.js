// What the widgets share: elements made without markup, calls to the API, what is kept in the browser, words and times.

/** An element; attributes `on…` are listeners, false and null leave an attribute or a child out, and text stays text. */
export function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value != null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child ?? false));
  return made;
}

export const button = (text, onclick, attributes) => h("button", { type: "button", onclick, ...attributes }, text);

/** A style sheet that needs no permission of a content security policy. */
export function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

const base = sheet(`
:host { --accent: var(--redian-accent, #c8102e); --on: #fff; --text: var(--redian-text, #1f2328); --quiet: #636a72; --line: #e3e5e8;
  --wash: #f4f5f6; --surface: var(--redian-surface, #fff); --radius: var(--redian-radius, 6px); display: block; color: var(--text);
  background: var(--surface); font: 15px/1.5 var(--redian-font, system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif);
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere }
@supports (color: light-dark(red, red)) { :host { --accent: var(--redian-accent, light-dark(#c8102e, #ff7482)); --on: light-dark(#fff, #2a0508);
  --text: var(--redian-text, light-dark(#1f2328, #e4e6e9)); --quiet: light-dark(#636a72, #9ba3ac); --line: light-dark(#e3e5e8, #34383d);
  --wash: light-dark(#f4f5f6, #24272b); --surface: var(--redian-surface, light-dark(#fff, #17191c)) } }
[hidden] { display: none !important }
* { box-sizing: border-box; margin: 0; padding: 0; list-style: none; font: inherit; color: inherit }
a { text-decoration: none }
a:hover { color: var(--accent); text-decoration: underline }
button, input, select, textarea { background: none; border: 0 }
button { cursor: pointer }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px }
.quiet { color: var(--quiet); font-size: 13px }
`);

/** What the API refused; status 0 is nobody's answer. */
export class Refused extends Error {
  constructor(status, problem, seconds) {
    super(problem?.detail);
    Object.assign(this, { status, problem, seconds, code: problem?.code, passes: [0, 429, 502, 503, 504].includes(status) });
  }
}

/** A widget: calls the API of its script's server (or of `api`) and speaks the language of the page around it. */
export class Widget extends HTMLElement {
  cleanups = [];

  async connectedCallback() {
    this.api = (this.getAttribute("api") ?? new URL(import.meta.url).origin).replace(/\/$/, "");
    const tag = this.closest("[lang]")?.lang || navigator.language;
    this.language = /^zh/i.test(tag) ? (/hant|tw|hk|mo/i.test(tag) ? "zh-TW" : "zh-CN") : "en";
    this.words = (await import(`./words.${this.language}.js`)).words;
    if (this.isConnected) this.start();
  }

  attributeChangedCallback() {
    if (!this.words || !this.isConnected) return;
    this.disconnectedCallback();
    this.connectedCallback();
  }

  disconnectedCallback() {
    for (const cleanup of this.cleanups.splice(0)) cleanup();
  }

  /** The shadow root; what the server printed inside is there to be read until something better is. */
  root(style) {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" }).adoptedStyleSheets = [base, style];
    this.shadowRoot.replaceChildren(h("slot"));
    return this.shadowRoot;
  }

  listen(target, type, listener) {
    target.addEventListener(type, listener);
    this.cleanups.push(() => target.removeEventListener(type, listener));
  }

  /** A text, with a number or a name in it; "one|many" has a singular. */
  t(name, n) {
    const [one, many = one] = (this.words[name] ?? "").split("|");
    return (n === 1 ? one : many).replace("{n}", n);
  }

  /** Call the API; answers the status and the JSON, or throws Refused. */
  async call(path, method = "GET", body = undefined, headers = {}) {
    if (body) headers = { ...headers, "Content-Type": "application/json" };
    if (this.token) headers = { ...headers, Authorization: `Bearer ${this.token}` };
    const options = { method, headers, body: body && JSON.stringify(body), credentials: this.credentials ?? "include", cache: this.cache };
    const answer = await fetch(this.api + path, options).catch(() => null);
    const json = await answer?.json().catch(() => null);
    if (!answer?.ok) throw new Refused(answer?.status ?? 0, json, Number(answer?.headers.get("Retry-After")) || 0);
    return { status: answer.status, json };
  }
}

/** JSON kept for the next visit; a browser that keeps nothing is no error. */
export function recall(key) {
  try {
    return JSON.parse(localStorage[`redian:${key}`]);
  } catch {
    return null;
  }
}

export function keep(key, value) {
  try {
    if (value) localStorage[`redian:${key}`] = JSON.stringify(value);
    else delete localStorage[`redian:${key}`];
  } catch {}
}

/** An address to link to, if it is one of the web. */
export const web = (address) => (/^https?:\/\//i.test(address) ? address : null);

const two = (n) => String(n).padStart(2, "0");
export const clock = (date) => `${two(date.getHours())}:${two(date.getMinutes())}`;

// Elements from names, properties and children. Text is always text: nothing here reads HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.setAttribute("class", value);
    else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An HTML element: h("p", {class: "note"}, "text", h("b", {}, "bold")). */
export function h(name, properties = {}, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** The same for SVG. */
export function s(name, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

/** A button; `key` is printed on it and says so to assistive technology. */
export function button(label, { key, ...properties }, onclick) {
  const printed = key ? h("kbd", { "aria-hidden": "true" }, key) : null;
  return h("button", { type: "button", "aria-keyshortcuts": key?.toLowerCase(), ...properties, onclick }, label, printed);
}

/** A labelled field: the label's text, and the control that it names. */
export function field(label, control, hint) {
  return h("label", { class: "field" }, h("span", {}, label), control, hint ? h("small", {}, hint) : null);
}

/** A select over [value, label] pairs. */
export function select(name, options, chosen) {
  const made = options.map(([value, label]) => h("option", { value, selected: value === chosen }, label));
  return h("select", { name }, made);
}

/** A link that opens elsewhere; an address that is no web address stays text. */
export function outward(address, label) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return h("span", {}, label);
  return h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, label);
}

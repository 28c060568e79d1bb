// Elements, made without HTML: every text becomes a text node or an attribute, so that nothing in a note is markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

const draw = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

const byId = (id) => document.getElementById(id);

// A text from outside stands alone: its direction must not turn what is around it.
const outside = (text) => make("bdi", {}, text);

const number = (value) => value.toLocaleString("en");

const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

const percent = (part, whole) => (whole ? `${Math.round((100 * part) / whole)} %` : "–");

const seconds = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;

const moment = (iso) => (iso || "").replace("T", " ").replace(/(:\d\d)(:\d\d(\.\d+)?)?(Z|\+00:00)$/, "$1 UTC");

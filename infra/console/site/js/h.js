/** Elements of a page. What stands inside is always text: nothing that a customer wrote is ever read as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners (names that begin with "on") and what stands in it. */
export function h(name, about = {}, ...inside) {
  return filled(document.createElement(name), about, inside);
}

/** The same for a part of a drawing. */
export function svg(name, about = {}, ...inside) {
  return filled(document.createElementNS(SVG, name), about, inside);
}

/** Put something else into an element. */
export function fill(element, ...inside) {
  element.replaceChildren(...inside.flat(Infinity).filter(shown));
  return element;
}

export const byId = (id) => document.getElementById(id);

function filled(element, about, inside) {
  for (const [name, value] of Object.entries(about)) given(element, name, value);
  return fill(element, ...inside);
}

function given(element, name, value) {
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (shown(value)) element.setAttribute(name, value === true ? "" : String(value));
}

function shown(value) {
  return value !== null && value !== undefined && value !== false;
}

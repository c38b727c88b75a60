/** The ground on which curves and bars are drawn: axes with their names, and lines that are not to be crossed. */

import { h, svg } from "./h.js";
import { scale, some, ticks } from "./scale.js";

const HEIGHT = 230;
const TOP = 14;
const BOTTOM = 28;
const SIGN = 7; // pixels for one character of a name
let drawn = 0;

/** A drawing that is made anew for the width that there is; ``draw(width)`` answers it. */
export function fitted(draw) {
  const place = h("div", { class: "plot" });
  let before = 0;
  new ResizeObserver(([{ contentRect }]) => {
    const width = Math.round(contentRect.width);
    if (width && width !== before) place.replaceChildren(draw(width));
    before = width || before;
  }).observe(place);
  return place;
}

/**
 * A drawing with axes: ``labels`` stand below their places 0, 1, 2 …, ``values`` and ``limits`` (``{value, name}``) say
 * how high it must be; ``inside(x, y)`` draws, given where a place and a value are.
 */
export function plot({ width, title, desc, labels, values, limits = [], named = String, bars = false }, inside) {
  const high = Math.max(...values, ...limits.map(({ value }) => value), 0) || 1;
  const steps = ticks(Math.min(0, ...values), high, 5, values.every(Number.isInteger) ? 1 : 0);
  const left = Math.max(...steps.map((step) => named(step).length)) * SIGN + 12;
  const edge = bars ? 0.5 : 0;
  const x = scale([-edge, Math.max(labels.length - 1, bars ? 0 : 1) + edge], [left, width - 14]);
  const y = scale([steps[0], steps.at(-1)], [HEIGHT - BOTTOM, TOP]);
  return picture({ width, height: HEIGHT, title, desc },
    steps.map((step) => rule(step, named(step), left, width, y)), below(labels, x, width),
    inside(x, y), limits.map((limit) => border(limit, left, width, y)));
}

/** An image with a name and a description for those who don't see it. */
export function picture({ width, height, title, desc }, ...inside) {
  const id = `drawing-${(drawn += 1)}`;
  return svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-labelledby": `${id}-title ${id}-desc` },
    svg("title", { id: `${id}-title` }, title), svg("desc", { id: `${id}-desc` }, desc), ...inside);
}

function rule(step, name, left, width, y) {
  return [
    svg("line", { class: step === 0 ? "axis" : "grid", x1: left, x2: width - 14, y1: y(step), y2: y(step) }),
    svg("text", { class: "tick", x: left - 8, y: y(step) + 4, "text-anchor": "end" }, name),
  ];
}

function below(labels, x, width) {
  const widest = Math.max(...labels.map((label) => label.length), 1);
  return some(labels, Math.floor(width / (widest * SIGN + 18))).map(([label, at]) =>
    svg("text", { class: "tick", x: within(x(at), (label.length * SIGN) / 2, width), y: HEIGHT - 8,
      "text-anchor": "middle" }, label));
}

const within = (place, half, width) => Math.max(half, Math.min(place, width - half));

function border({ value, name }, left, width, y) {
  return svg("g", { class: "limit" }, svg("line", { x1: left, x2: width - 14, y1: y(value), y2: y(value) }),
    svg("text", { x: left + 6, y: y(value) - 5 }, name));
}

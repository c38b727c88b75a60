/** Figures as charts: drawn, described, and as a table for who prefers it. Nothing is told by colour alone. */

import { h, svg } from "./h.js";
import { fitted, plot } from "./plot.js";
import { number } from "./words.js";

const KINDS = 6; // of strokes and colours
const DOTS = 32; // points of a line that are still drawn one by one
export const units = { percent: (value) => `${number(value, 1)} %`,
  USD: (value) => `$${number(value, value < 0.1 && value ? 4 : 2)}` };

/** How a value is written in this unit. */
export const inUnit = (unit) => units[unit] || ((value) => number(value, Math.abs(value) < 10 ? 2 : 0));

/**
 * One chart: ``line``, ``bars`` one upon the other, or bars ``beside`` each other.
 *
 * ``series`` are ``{label, values}`` over the same ``labels``, ``heads`` what those are called in full, ``limits`` lines that
 * are not to be crossed, ``{value, name}``.
 */
export function chart({ kind, title, unit, series, labels, heads = labels, limits = [], about = "" }) {
  const known = series.filter(({ values }) => values.some(isKnown));
  const named = inUnit(unit);
  const body = known.length ? fitted((width) =>
    drawn(kind, { width, title, series: known, labels, heads, limits, named })) : nothing();
  return figure(title, about, known.length > 1 && legend(known, kind !== "line"), body,
    known.length > 0 && table(title, known, heads, named));
}

/** A chart with its name; ``table`` says the same in figures. */
export function figure(title, about, ...parts) {
  return h("figure", { class: "chart" }, h("figcaption", {}, h("h3", {}, title),
    about && h("p", { class: "muted" }, about)), ...parts);
}

export const nothing = () => h("p", { class: "muted empty" }, "Nothing was measured in this time.");

export function legend(series, filled = false) {
  const sample = (at) => (filled ? svg("g", { class: `bar s${at % KINDS}` },
    svg("rect", { x: 14, width: 12, height: 10, rx: 2 }))
    : svg("line", { class: stroke(at), x1: 0, x2: 26, y1: 5, y2: 5 }));
  const item = ({ label }, at) => h("li", {}, svg("svg", { width: 26, height: 10, "aria-hidden": "true" }, sample(at)),
    label);
  return h("ul", { class: "legend" }, series.map(item));
}

/** The figures behind a chart, one row for each label. */
export function table(title, series, heads, named) {
  const cell = ({ values }, at) => h("td", {}, isKnown(values[at]) ? named(values[at]) : "–");
  const row = (head, at) => h("tr", {}, h("th", { scope: "row" }, head), series.map((one) => cell(one, at)));
  return h("details", { class: "figures" }, h("summary", {}, "As a table"),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${title}, as a table` },
    h("table", {}, h("caption", { class: "hidden" }, title),
      h("thead", {}, h("tr", {}, h("td", {}), series.map(({ label }) => h("th", { scope: "col" }, label)))),
      h("tbody", {}, heads.map(row)))));
}

export const stroke = (at) => `stroke s${at % KINDS}`;
export const isKnown = (value) => value !== null && value !== undefined;

function drawn(kind, { series, heads, named, ...about }) {
  const values = kind === "bars" ? piled(series) : series.flatMap((one) => one.values.filter(isKnown));
  return plot({ ...about, named, values, bars: kind !== "line", desc: said(series, about.limits, named) },
    (x, y) => DRAW[kind](series, x, y, heads, named));
}

/** What a chart shows, in words. */
export function said(series, limits, named) {
  const known = series.map(({ label, values }) => [label, values.filter(isKnown)]);
  const parts = known.map(([label, values]) =>
    `${label}: last ${named(values.at(-1))}, from ${named(Math.min(...values))} to ${named(Math.max(...values))}`);
  return [...parts, ...limits.map(({ name }) => `Line: ${name}`)].join(". ");
}

function curves(series, x, y, heads, named) {
  return series.map(({ label, values }, at) => svg("g", { class: stroke(at) },
    runs(values).map((run) => svg("polyline",
      { points: run.map(([place, value]) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join(" ") })),
    values.length <= DOTS && values.map((value, place) => isKnown(value)
      && svg("circle", { cx: x(place), cy: y(value), r: 3.5 },
      svg("title", {}, `${label}, ${heads[place]}: ${named(value)}`)))));
}

/** The stretches of a line without gaps. */
export function runs(values) {
  const found = [[]];
  values.forEach((value, place) => (isKnown(value) ? found.at(-1).push([place, value]) : found.at(-1).length
    && found.push([])));
  return found.filter((run) => run.length);
}

/** How high the bars of each place are, one upon the other. */
const piled = (series) => series[0].values.map((_, place) =>
  series.reduce((sum, { values }) => sum + (values[place] || 0), 0));

function columns(series, x, y, heads, named) {
  const wide = Math.max(2, Math.min(40, (x(1) - x(0)) * 0.66));
  const below = series[0].values.map(() => 0);
  return series.map(({ label, values }, at) => svg("g", { class: `bar s${at % KINDS}` }, values.map((value, place) => {
    if (!value) return null;
    const low = below[place];
    below[place] += value;
    return svg("rect", { x: x(place) - wide / 2, width: wide, y: y(below[place]), height: y(low) - y(below[place]) },
      svg("title", {}, `${label}, ${heads[place]}: ${named(value)}`));
  })));
}

/** The bars of each place, one beside the other. */
function pairs(series, x, y, heads, named) {
  const wide = Math.min(44, ((x(1) - x(0)) * 0.7) / series.length);
  return series.map(({ label, values }, at) => svg("g", { class: `bar s${at % KINDS}` }, values.map((value, place) =>
    svg("rect", { x: x(place) + (at - series.length / 2) * wide, width: wide, y: y(value), height: y(0) - y(value) },
      svg("title", {}, `${label}, ${heads[place]}: ${named(value)}`)))));
}

const DRAW = { line: curves, bars: columns, beside: pairs };

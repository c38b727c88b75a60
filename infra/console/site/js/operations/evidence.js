/** The evidence of a rollout, at every decision and now: as a curve between the bounds at which it goes back or on. */

import { chart, figure, legend, stroke, table } from "../charts.js";
import { h, svg } from "../h.js";
import { fitted, plot } from "../plot.js";
import { scale, ticks } from "../scale.js";
import { format } from "../times.js";
import { number, plural, spelled } from "../words.js";

const MOMENT = { dateStyle: "medium", timeStyle: "medium" };
const LEAST = -2; // a tenth of a tenth; how far below nothing does not matter
const log10 = (natural) => Math.max(LEAST, natural / Math.LN10);
const factor = (log) => Number((10 ** log).toPrecision(2)).toLocaleString("en-GB", { maximumSignificantDigits: 2 });

/** Two drawings: that the candidate is worse, and that it is no worse. */
export function evidence(rollout, events) {
  if (!rollout.standing) return null;
  const points = [{ outcomes: 0, log_e: 0, log_advance: {}, name: "Started" }, ...told(events), now(rollout)];
  const { stages, guardrails, false_rollbacks: risk } = rollout.plan;
  const back = { value: -Math.log10(risk), name: `${number(1 / risk)}: it goes back` };
  const on = stages.filter(({ share }) => share < 100).map((stage, at) => ({ value: Math.log10(stage.evidence), name: `${number(stage.evidence)}: on to ${stages[at + 1]?.share} %` }));
  const worse = [{ label: "the candidate is worse", values: points.map((one) => log10(one.log_e)) }];
  const fine = Object.keys(guardrails).map((metric) => ({ label: spelled(metric), values: points.map((one) => log10(one.log_advance[metric] ?? 0)) }));
  return h("div", { class: "charts" },
    curve("Evidence that the candidate is worse", "A bet that starts at 1 and grows with every outcome that speaks against the candidate.", points, worse, [back]),
    curve("Evidence that it is no worse", "One such bet for each metric; every one must have reached its line.", points, fine, on));
}

/** Each decision that rests on counts. */
function told(events) {
  const known = events.filter(({ data }) => data.evidence).sort((one, other) => one.data.revision - other.data.revision);
  return known.map(({ data, detail_type, occurred_at }) => ({
    ...data.evidence, outcomes: outcomes(data.evidence.counts), name: `${detail_type.replace("Rollout", "")} (${data.revision}), ${format(MOMENT, occurred_at)}`,
    mark: String(data.revision),
  }));
}

function now({ standing, counts }) {
  return { ...standing, outcomes: outcomes(Object.fromEntries(Object.entries(counts).map(([metric, shares]) => [metric, cells(shares)]))), name: "Now" };
}

const cells = (shares) => Object.fromEntries(Object.entries(shares).map(([share, by]) => [share, Object.values(by)]));
const outcomes = (counts) => Object.values(counts).flatMap((shares) => Object.values(shares).flat()).reduce((sum, count) => sum + count, 0);

function curve(title, about, points, series, limits) {
  const heads = points.map(({ name, outcomes }) => `${name}, ${plural(outcomes, "outcome")}`);
  const desc = series.map(({ label, values }) => `${label}: ${factor(values.at(-1))} now, ${factor(Math.max(...values))} at most`);
  const said = [...desc, ...limits.map(({ name }) => `Line: ${name}`)].join(". ");
  return figure(title, about, series.length > 1 && legend(series),
    fitted((width) => drawn({ width, title, desc: said, limits, series, points, heads })), table(title, series, heads, factor));
}

function drawn({ series, points, heads, ...about }) {
  const steps = ticks(0, points.at(-1).outcomes || 1, 5);
  const values = series.flatMap((one) => one.values);
  const labels = steps.map((step, at) => (at === steps.length - 1 ? plural(step, "outcome") : number(step)));
  return plot({ ...about, labels, values, named: factor }, (x, y) => {
    const place = scale([0, steps.at(-1)], [x(0), x(steps.length - 1)]);
    return [points.map(({ outcomes, mark }) => mark && landmark(mark, place(outcomes))), series.map((one, at) => line(one, at, points, heads, place, y))];
  });
}

function landmark(name, x) {
  return svg("g", { class: "mark" }, svg("line", { x1: x, x2: x, y1: 22, y2: 202 }), svg("text", { x, y: 16, "text-anchor": "middle" }, name));
}

function line({ label, values }, at, points, heads, place, y) {
  const path = values.map((value, number) => `${place(points[number].outcomes).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
  const dot = (value, number) => svg("circle", { cx: place(points[number].outcomes), cy: y(value), r: 3.5 }, svg("title", {}, `${label}, ${heads[number]}: ${factor(value)}`));
  return svg("g", { class: stroke(at) }, svg("polyline", { points: path }), values.map(dot));
}

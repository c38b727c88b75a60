/** The evidence of a rollout, at every decision and now: as a curve between the bounds at which it goes back or on. */

import { figure, legend, stroke, table } from "../charts.js";
import { h, svg } from "../h.js";
import { fitted, plot } from "../plot.js";
import { scale, ticks } from "../scale.js";
import { format } from "../times.js";
import { number, plural, spelled, words } from "../words.js";

const WORSE = ["Evidence that the candidate is worse",
  "A stake that starts at 1 and grows with every outcome that speaks against the candidate. Upright lines are decisions."];
const FINE = ["Evidence that it is no worse",
  "One such stake for each metric: all of them must have reached the next line."];
const MOMENT = { dateStyle: "medium", timeStyle: "medium" };
const LEAST = -2; // a tenth of a tenth; how far below nothing does not matter
const log10 = (natural) => Math.max(LEAST, natural / Math.LN10);
const factor = (log) => Number((10 ** log).toPrecision(2)).toLocaleString("en-GB", { maximumSignificantDigits: 2 });

/** Two drawings: that the candidate is worse, and that it is no worse. */
export function evidence(rollout, events) {
  if (!rollout.standing) return null;
  const points = [{ outcomes: 0, log_e: 0, log_advance: {}, name: "Started" }, ...told(events), now(rollout)];
  const of = (label, value) => ({ label, values: points.map((one) => log10(value(one))) });
  const metrics = Object.keys(rollout.plan.guardrails);
  return h("div", { class: "charts" },
    curve(...WORSE, points, [of("the candidate is worse", (one) => one.log_e)], back(rollout.plan)),
    curve(...FINE, points, metrics.map((metric) => of(spelled(metric), (one) => one.log_advance[metric] ?? 0)),
      on(rollout.plan)));
}

function back({ false_rollbacks: risk }) {
  return [{ value: -Math.log10(risk), name: `${number(1 / risk)}: it goes back` }];
}

/** At 100 % there is nothing to compare with. */
function on({ stages }) {
  const gate = ({ evidence: least }, at) =>
    ({ value: Math.log10(least), name: `${number(least)}: on to ${stages[at + 1]?.share} %` });
  return stages.filter(({ share }) => share < 100).map(gate);
}

/** Each decision that rests on counts. */
function told(events) {
  const known = events.filter(({ data }) => data.evidence);
  return known.sort((one, other) => one.data.revision - other.data.revision).map(decision);
}

function decision({ data: { evidence: found, revision }, detail_type: kind, occurred_at: at }) {
  const name = `${words(kind.replace("Rollout", ""))}, change ${revision}, ${format(MOMENT, at)}`;
  return { ...found, outcomes: total(found.counts), name, mark: String(revision) };
}

function now({ standing, counts }) {
  return { ...standing, outcomes: total(counts), name: "Now" };
}

/** Of all metrics and shares; four counters each, as a list or by name. */
function total(counts) {
  const cells = Object.values(counts).flatMap((shares) => Object.values(shares).flatMap((four) => Object.values(four)));
  return cells.reduce((sum, count) => sum + count, 0);
}

function curve(title, about, points, series, limits) {
  const heads = points.map(({ name, outcomes }) => `${name}, ${plural(outcomes, "outcome")}`);
  const known = series.map(({ label, values }) =>
    `${label}: ${factor(values.at(-1))} now, ${factor(Math.max(...values))} at most`);
  const desc = [...known, ...limits.map(({ name }) => `Line: ${name}`)].join(". ");
  const body = fitted((width) => drawn({ width, title, desc, limits, series, points, heads }));
  return figure(title, about, series.length > 1 && legend(series), body, table(title, series, heads, factor));
}

function drawn({ series, points, heads, ...about }) {
  const steps = ticks(0, points.at(-1).outcomes || 1, 5);
  const values = series.flatMap((one) => one.values);
  const labels = steps.map((step, at) => (at === steps.length - 1 ? `${number(step)} outcomes` : number(step)));
  return plot({ ...about, labels, values, named: factor }, (x, y) => {
    const place = scale([0, steps.at(-1)], [x(0), x(steps.length - 1)]);
    return [points.map(({ outcomes, mark }) => mark && landmark(mark, place(outcomes))),
      series.map((one, at) => line(one, at, points, heads, place, y))];
  });
}

function landmark(name, x) {
  return svg("g", { class: "mark" }, svg("line", { x1: x, x2: x, y1: 22, y2: 202 }),
    svg("text", { x, y: 16, "text-anchor": "middle" }, name));
}

function line({ label, values }, at, points, heads, place, y) {
  const across = points.map(({ outcomes }) => place(outcomes).toFixed(1));
  const dot = (value, number) => svg("circle", { cx: across[number], cy: y(value), r: 3.5 },
    svg("title", {}, `${label}, ${heads[number]}: ${factor(value)}`));
  const path = values.map((value, number) => `${across[number]},${y(value).toFixed(1)}`).join(" ");
  return svg("g", { class: stroke(at) }, svg("polyline", { points: path }), values.map(dot));
}

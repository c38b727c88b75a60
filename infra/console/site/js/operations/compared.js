/** Both versions of an evaluation side by side, and what their difference says. */

import { chart } from "../charts.js";
import { h } from "../h.js";
import { facts, panel, table } from "../parts.js";
import { number, plural, spelled } from "../words.js";

const SIDES = ["baseline", "candidate"];
const BECAME = [["approved", "Approved"], ["rejected", "Rejected"], ["errors", "No draft"]];
const MEASURED = [
  ...BECAME, ["failed_checks", "Failed checks"], ["latency_ms_p50", "Half took, ms"],
    ["latency_ms_p95", "95 of 100 took, ms"],
  ["input_tokens", "Input tokens"], ["output_tokens", "Output tokens"], ["cost_usd", "Cost, USD"],
];

export function sides(found) {
  const { metrics } = found;
  const columns = SIDES.map((side) => `#${spelled(side)}, version ${found[side]}`);
  const row = ([key, name]) => [name, ...SIDES.map((side) => told(metrics[side][key]))];
  const series = SIDES.map((side) =>
    ({ label: `version ${found[side]}, ${side}`, values: BECAME.map(([key]) => metrics[side][key]) }));
  const labels = BECAME.map(([, name]) => name);
  return h("div", { class: "two" },
    chart({ kind: "beside", title: "What became of the cases", unit: "count", labels, series }),
    panel("Side by side", table("Side by side", ["Measured", ...columns], MEASURED.map(row))));
}

function told(value) {
  if (value === null || typeof value !== "object") return value === null ? null : number(value, 4);
  return Object.entries(value).map(([name, count]) => `${name}: ${count}`).join(", ") || "none";
}

/** Where nothing could be compared there is nothing to say beyond that. */
export function comparison(found) {
  const about = [["Compared",
    `${plural(found.compared, "case")}; ${found.inconsistent} more on which the judge was not consistent`]];
  return facts(found.compared ? [...about, ...statistics(found)] : about);
}

function statistics(found) {
  const [low, high] = found.interval.map(points);
  return [
    ["Approved of both", number(found.both)],
    ["Of the baseline alone", number(found.only_baseline)],
    ["Of the candidate alone", number(found.only_candidate)],
    ["Of neither", number(found.neither)],
    ["Difference", `${points(found.difference)} points, 95 % interval ${low} to ${high}`],
    ["p that it is worse", short(found.p_worse)],
    ["p that it is better", short(found.p_better)],
    [`p that it is worse by ${100 * found.margin} points`, short(found.p_inferior)],
    ["Judge and people", `agree on ${found.agreed} of ${found.labelled} drafts that people decided on`],
  ];
}

const points = (share) => `${share > 0 ? "+" : ""}${number(100 * share, 1)}`;
const short = (value) => Number(value.toPrecision(3)).toString();

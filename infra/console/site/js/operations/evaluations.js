/** Evaluations: all of them, and one with what it says and why, both versions side by side. */

import { get } from "../api.js";
import { chart } from "../charts.js";
import { h } from "../h.js";
import { badge, facts, link, listing, panel, table, version } from "../parts.js";
import { refused } from "../say.js";
import { when } from "../times.js";
import { number, plural, refusal, spelled } from "../words.js";

const SIDES = ["baseline", "candidate"];
const MEASURED = [["approved", "Approved"], ["rejected", "Rejected"], ["errors", "No draft"], ["failed_checks", "Failed checks"], ["latency_ms_p50", "Half took, ms"],
  ["latency_ms_p95", "95 of 100 took, ms"], ["input_tokens", "Input tokens"], ["output_tokens", "Output tokens"], ["cost_usd", "Cost, USD"]];

export const evaluations = (id) => (id ? one(id) : all());

async function all() {
  const { evaluations: known } = await get(["evaluations"], { limit: 100 });
  const row = (one) => [link(["evaluations", one.evaluation_id], one.evaluation_id), one.verdict ? badge(one.verdict) : badge(one.status), one.agent, version(one.agent, one.candidate),
    `version ${one.baseline}`, `${number(one.done)} of ${number(one.cases)}`, when(one.started_at)];
  return listing("Evaluations, newest first", table("Evaluations", ["Evaluation", "Says", "Agent", "Candidate", "Against", "#Cases", "Started"], known.map(row),
    "Nothing was evaluated yet: every new version is, as soon as there are cases."));
}

async function one(id) {
  const found = await get(["evaluations", id]);
  return [
    h("header", { class: "head" }, h("h2", {}, found.evaluation_id), badge(found.verdict || found.status), found.report && download(id)),
    h("div", { class: "two" }, panel("About", facts([
      ["Agent", link(["agents", found.agent], found.agent)], ["Candidate", version(found.agent, found.candidate)], ["Against", version(found.agent, found.baseline)],
      ["Cases", `${number(found.done)} of ${number(found.cases)}`], ["Opens a rollout", found.passed === null ? "not known yet" : found.passed ? "yes" : "no"], ["Started", when(found.started_at)],
      ["Finished", found.finished_at && when(found.finished_at)], ["Cost", found.cost_usd && `$${number(found.cost_usd, 4)}`]])),
    found.reasons.length > 0 && panel("Why", h("ul", { class: "bullets" }, found.reasons.map((text) => h("li", {}, text))))),
    found.metrics && sides(found), found.comparison && panel("Compared case by case", comparison(found.comparison)),
    !found.metrics && panel("It is running", h("p", {}, `${plural(found.done, "case")} of ${found.cases} done. Look again in a while.`)),
  ];
}

function sides({ metrics, candidate, baseline }) {
  const numbers = { candidate, baseline };
  const named = SIDES.map((side) => `#${spelled(side)}, version ${numbers[side]}`);
  const value = (known) => (known === null ? null : typeof known === "object" ? Object.entries(known).map(([name, count]) => `${name}: ${count}`).join(", ") || "none" : number(known, 4));
  const labels = ["Approved", "Rejected", "No draft"];
  const series = SIDES.map((side) => ({ label: `version ${numbers[side]}, ${side}`, values: [metrics[side].approved, metrics[side].rejected, metrics[side].errors] }));
  return h("div", { class: "two" }, chart({ kind: "beside", title: "What became of the cases", unit: "count", labels, series }),
    panel("Side by side", table("Side by side", ["Measured", ...named], MEASURED.map(([key, name]) => [name, ...SIDES.map((side) => value(metrics[side][key]))]))));
}

const points = (share) => `${share > 0 ? "+" : ""}${number(100 * share, 1)}`;
const p = (value) => Number(value.toPrecision(3)).toString();

function comparison(told) {
  const [low, high] = told.interval.map(points);
  return facts([
    ["Compared", `${plural(told.compared, "case")}; ${told.inconsistent} more on which the judge was not consistent`],
    ["Approved of both", number(told.both)], ["Of the baseline alone", number(told.only_baseline)], ["Of the candidate alone", number(told.only_candidate)], ["Of neither", number(told.neither)],
    ["Difference", told.compared ? `${points(told.difference)} points, 95 % interval ${low} to ${high}` : null],
    ["p that it is worse", told.compared ? p(told.p_worse) : null], ["p that it is better", told.compared ? p(told.p_better) : null],
    [`p that it is worse by ${100 * told.margin} points`, told.compared ? p(told.p_inferior) : null],
    ["Judge and people", `agree on ${told.agreed} of ${told.labelled} drafts that people decided on`]]);
}

/** The report is a page of its own, with styles that this page does not allow: it is kept as a file. */
function download(id) {
  return h("button", { type: "button", onclick: () => kept(id).catch((error) => refused(refusal(error))) }, "Download the report");
}

async function kept(id) {
  const { html } = await get(["evaluations", id, "report"]);
  const address = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  h("a", { href: address, download: `${id}.html` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

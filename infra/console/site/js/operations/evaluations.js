/** Evaluations: all of them, and one with what it says and why, both versions side by side. */

import { get } from "../api.js";
import { h } from "../h.js";
import { badge, facts, link, listing, panel, table, version } from "../parts.js";
import { refused } from "../say.js";
import { when } from "../times.js";
import { number, plural, refusal } from "../words.js";
import { comparison, sides } from "./compared.js";

const COLUMNS = ["Evaluation", "Says", "Agent", "Candidate", "Against", "#Cases", "Started"];
const NONE = "Nothing was evaluated yet: every new version is, as soon as there are cases.";
const OPENS = new Map([[true, "yes"], [false, "no"], [null, "not known yet"]]);

export const evaluations = (id) => (id ? one(id) : all());

async function all() {
  const { evaluations: known } = await get(["evaluations"], { limit: 100 });
  const row = (one) => [link(["evaluations", one.evaluation_id], one.evaluation_id), badge(one.verdict || one.status),
    one.agent, version(one.agent, one.candidate), `version ${one.baseline}`, done(one), when(one.started_at)];
  return listing("Evaluations, newest first", table("Evaluations", COLUMNS, known.map(row), NONE));
}

const done = (one) => `${number(one.done)} of ${number(one.cases)}`;

async function one(id) {
  const found = await get(["evaluations", id]);
  const state = badge(found.verdict || found.status);
  return [
    h("header", { class: "head" }, h("h2", {}, found.evaluation_id), state, found.report && download(id)),
    h("div", { class: "two" }, panel("About", about(found)), why(found.reasons)),
    found.metrics ? sides(found) : running(found),
    found.comparison && panel("Compared case by case", comparison(found.comparison)),
  ];
}

function about(found) {
  const { agent } = found;
  return facts([
    ["Agent", link(["agents", agent], agent)],
    ["Candidate", version(agent, found.candidate)],
    ["Against", version(agent, found.baseline)],
    ["Cases", done(found)],
    ["Opens a rollout", OPENS.get(found.passed)],
    ["Started", when(found.started_at)],
    ["Finished", found.finished_at && when(found.finished_at)],
    ["Cost", found.cost_usd && `$${number(found.cost_usd, 4)}`],
  ]);
}

function why(reasons) {
  return reasons.length > 0 && panel("Why", h("ul", { class: "bullets" }, reasons.map((text) => h("li", {}, text))));
}

function running(found) {
  return panel("It is running",
    h("p", {}, `${plural(found.done, "case")} of ${found.cases} done. Look again in a while.`));
}

/** The report is a page of its own, with styles that this page does not allow: it is kept as a file. */
function download(id) {
  const work = () => kept(id).catch((error) => refused(refusal(error)));
  return h("button", { type: "button", onclick: work }, "Download the report");
}

async function kept(id) {
  const { html } = await get(["evaluations", id, "report"]);
  const address = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  h("a", { href: address, download: `${id}.html` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

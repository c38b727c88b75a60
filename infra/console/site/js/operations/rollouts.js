/** Rollouts: all of them, and one with its evidence, what it waits for, and what a person can order. */

import { get } from "../api.js";
import { byId, h } from "../h.js";
import { into } from "../loading.js";
import { badge, facts, link, listing, panel, table, version } from "../parts.js";
import { exactly, when } from "../times.js";
import { number, words } from "../words.js";
import { counts } from "./counts.js";
import { evidence } from "./evidence.js";
import { orders } from "./orders.js";

const COLUMNS = ["Rollout", "State", "#Share", "Agent", "Candidate", "Against", "Asked for", "Why it is so"];
const NONE = "No rollout was asked for yet: `referral rollouts start --help`.";

export const rollouts = (id) => (id ? one(id) : all());

async function all() {
  const { rollouts: known } = await get(["rollouts"], { limit: 100 });
  const row = (one) => [link(["rollouts", one.rollout_id], one.rollout_id), badge(one.status), `${one.percent} %`,
    one.agent, version(one.agent, one.candidate), `version ${one.baseline}`, when(one.requested_at), one.reason];
  return listing("Rollouts, newest first", table("Rollouts", COLUMNS, known.map(row), NONE));
}

async function one(id) {
  const story = get(["stories", id]).catch(() => ({ events: [] })); // the evidence of now is known without it
  const [rollout, { events }] = await Promise.all([get(["rollouts", id]), story]);
  const again = () => into(byId("view"), () => one(id));
  return [
    h("header", { class: "head" }, h("h2", {}, rollout.rollout_id), badge(rollout.status), orders(rollout, again)),
    shares(rollout),
    waits(rollout),
    evidence(rollout, events),
    counts(rollout),
    panel("About", about(rollout)),
    panel("What happened", changes(rollout)),
  ];
}

function about(one) {
  const { agent, evaluation_id: evaluation, latency_objective_ms: objective } = one;
  return facts([
    ["Agent", link(["agents", agent], agent)],
    ["Candidate", version(agent, one.candidate)],
    ["Against", version(agent, one.baseline)],
    ["Asked for", when(one.requested_at)],
    ["Here since", when(one.entered_at)],
    ["Why", one.reason],
    ["By", one.by || "the evidence"],
    ["Evaluation", evaluation && link(["evaluations", evaluation], evaluation)],
    ["In time", objective && `a draft within ${number(objective / 1000, 1)} s`],
    ["Whole story", link(["stories", one.rollout_id], "every event")],
  ]);
}

/** The way to all customers, with the place where it stands. */
function shares({ plan, stage, percent, status }) {
  const state = (at) => (status === "released" || at < stage ? "done" : at === stage && percent ? "here" : "");
  return h("ol", { class: "shares", "aria-label": "Share of the customers" }, plan.stages.map(({ share }, at) =>
    h("li", { class: state(at), "aria-current": state(at) === "here" && "step" }, `${share} %`)));
}

function waits({ missing }) {
  return missing.length > 0 && panel("Missing for the next share",
    h("ul", { class: "bullets" }, missing.map((text) => h("li", {}, text))));
}

function changes({ changes }) {
  const named = (change) => words(change.replace(/^Rollout(?=.)/, ""));
  const row = (one) => [String(one.revision), exactly(one.at), named(one.change), `${one.percent} %`,
    one.by || "evidence", one.reason];
  return table("What happened", ["No.", "When", "Change", "#Share", "By", "Why"], changes.map(row));
}

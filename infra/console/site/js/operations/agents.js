/** Agents: where their aliases point, and how every version does. */

import { get } from "../api.js";
import { h } from "../h.js";
import { badge, link, listing, panel, table, version } from "../parts.js";
import { when } from "../times.js";
import { difference } from "./difference.js";
import { figures } from "./figures.js";
import { whole } from "./version.js";

const COLUMNS = ["Version", "State", "What is new", "Registered", "#Drafts", "#Approved", "#Sent", "#New jobs",
  "#95 % took", "#Cost", "Evaluation"];
const NONE = "No agent is registered yet: `referral agents register --help`.";

export function agents(name, part, one, verb, other) {
  if (!name) return all();
  if (part !== "versions" || !one) return agent(name);
  return verb === "diff" && other ? difference(name, one, other) : whole(name, one);
}

async function all() {
  const known = await get(["agents"]);
  const aliases = (one) => Object.entries(one.aliases).map(([alias, to]) => `${alias}: ${to}`).join(", ");
  const row = (one) => [link(["agents", one.agent], one.agent), `version ${one.latest_version}`, aliases(one)];
  return listing("Agents", table("Agents", ["Agent", "Newest", "Aliases"], known.map(row), NONE));
}

async function agent(name) {
  const production = ["agents", name, "aliases", "production", "history"];
  const [found, moves] = await Promise.all([get(["agents", name]), get(production, { limit: 20 })]);
  return [
    h("header", { class: "head" }, h("h2", {}, name)),
    panel("Versions, newest first", table("Versions", COLUMNS, found.versions.map((one) => row(found, one)))),
    panel("Production", moved(name, moves)),
  ];
}

function row({ agent: name, aliases, rollouts }, one) {
  const points = aliases.filter((alias) => alias.version === one.version).map(({ alias }) => badge("released", alias));
  const rolling = rollouts.filter(({ candidate }) => candidate === one.version).map((rollout) =>
    link(["rollouts", rollout.rollout_id], badge("running", `candidate, ${rollout.percent} %`)));
  const state = h("span", { class: "choices" }, points, rolling, one.retired && badge("retired"));
  const { drafts, rate, sent, jobs, slow, cost } = figures(one.performance);
  return [version(name, one.version), state, one.message, when(one.registered_at), drafts, rate, sent, jobs, slow, cost,
    one.evaluation && link(["evaluations", one.evaluation.evaluation_id], badge(one.evaluation.verdict))];
}

function moved(name, moves) {
  const rollout = (id) => id && link(["rollouts", id], id);
  const row = (move) => [version(name, move.version), when(move.moved_at), move.cause, rollout(move.rollout_id)];
  return table("Production", ["Version", "Since", "Why", "Rollout"], moves.map(row),
    "Production points at no version yet.");
}

/** Agents: where their aliases point, how every version does, what is in one, and in what two differ. */

import { get } from "../api.js";
import { h } from "../h.js";
import { badge, facts, link, listing, panel, table, version } from "../parts.js";
import { when } from "../times.js";
import { number, percent, spelled } from "../words.js";

export function agents(name, part, one, verb, other) {
  if (!name) return all();
  if (part !== "versions" || !one) return agent(name);
  return verb === "diff" && other ? difference(name, one, other) : whole(name, one);
}

async function all() {
  const known = await get(["agents"]);
  const row = (one) => [link(["agents", one.agent], one.agent), `version ${one.latest_version}`, Object.entries(one.aliases).map(([alias, to]) => `${alias}: ${to}`).join(", ")];
  return listing("Agents", table("Agents", ["Agent", "Newest", "Aliases"], known.map(row), "No agent is registered yet: `referral agents register --help`."));
}

async function agent(name) {
  const [found, moves] = await Promise.all([get(["agents", name]), get(["agents", name, "aliases", "production", "history"], { limit: 20 })]);
  return [
    h("header", { class: "head" }, h("h2", {}, name)),
    panel("Versions, newest first", versions(found)),
    panel("Production", table("Production", ["Version", "Since", "Why", "Rollout"], moves.map((move) => [
      version(name, move.version), when(move.moved_at), move.cause, move.rollout_id && link(["rollouts", move.rollout_id], move.rollout_id)]), "Production points at no version yet.")),
  ];
}

function versions({ agent: name, aliases, rollouts, versions: known }) {
  const points = (one) => aliases.filter((alias) => alias.version === one.version).map(({ alias }) => badge("released", alias));
  const rolling = (one) => rollouts.filter(({ candidate }) => candidate === one.version).map((rollout) => link(["rollouts", rollout.rollout_id], badge("running", `candidate, ${rollout.percent} %`)));
  const columns = ["Version", "State", "What is new", "Registered", "#Drafts", "#Approved", "#Sent", "#New jobs", "#Slow draft", "#Cost", "Evaluation"];
  return table("Versions", columns, known.map((one) => [version(name, one.version), h("span", { class: "choices" }, points(one), rolling(one), one.retired && badge("retired")),
    one.message, when(one.registered_at), ...figures(one.performance), verdict(one.evaluation)]));
}

function figures({ drafts, approval_rate: rate, sent, conversions, latency_ms: latency, cost_usd: cost }) {
  return [number(drafts), rate === null ? null : percent(rate, 1), number(sent), number(conversions), latency.p95 === null ? null : `${number(latency.p95 / 1000, 1)} s`, `$${number(cost, 2)}`];
}

const verdict = (one) => one && link(["evaluations", one.evaluation_id], badge(one.verdict));

async function whole(name, one) {
  const [found, does, tests] = await Promise.all([get(["agents", name, "versions", one]), get(["agents", name, "versions", one, "performance"]), get(["agents", name, "versions", one, "evaluations"])]);
  const before = found.version - 1;
  return [
    h("header", { class: "head" }, h("h2", {}, `${name}, version ${found.version}`), found.retired && badge("retired")),
    h("div", { class: "two" }, panel("About", facts([
      ["Agent", link(["agents", name], name)], ["What is new", found.message], ["Author", found.author], ["Registered", when(found.registered_at)],
      ["Retired", found.retired && `${found.retired.reason}, by ${found.retired.by}`], ["Content", found.config_hash.slice(0, 12)],
      ["Compare", before > 0 && link(["agents", name, "versions", before, "diff", found.version], `with version ${before}`)]])),
    panel("What became of its drafts", facts(became(does)))),
    panel("Evaluations", table("Evaluations", ["Evaluation", "Verdict", "Against", "#Cases", "Finished"], tests.map((test) => [
      link(["evaluations", test.evaluation_id], test.evaluation_id), badge(test.verdict), `version ${test.baseline}`, number(test.cases), when(test.finished_at)]), "It was not evaluated as a candidate.")),
    ...content(found.config),
  ];
}

function became(does) {
  const listed = (counts) => Object.entries(counts).map(([reason, count]) => `${number(count)} ${spelled(reason).toLowerCase()}`).join(", ");
  const [drafts, rate, sent, jobs, slow, cost] = figures(does);
  return [["Drafts", drafts], ["Approved", rate && `${rate}: ${number(does.approved.unchanged)} as written, ${number(does.approved.edited)} edited`], ["Rejected", listed(does.rejected)],
    ["Failed", listed(does.errors)], ["Taken back", does.withdrawn || null], ["Sent", sent], ["Led to new jobs", jobs], ["95 of 100 took", slow], ["Cost", cost]];
}

function content({ system_prompt: system, user_prompt: user, ...rest }) {
  const plain = Object.entries(rest).map(([name, value]) => [spelled(name), typeof value === "object" ? JSON.stringify(value) : String(value)]);
  return [panel("Settings", facts(plain)), panel("System prompt", h("pre", { tabindex: "0" }, system)), panel("User prompt", h("pre", { tabindex: "0" }, user))];
}

async function difference(name, one, other) {
  const { changes } = await get(["agents", name, "versions", one, "diff", other]);
  return [h("header", { class: "head" }, h("h2", {}, `${name}: what version ${other} changes`), h("p", {}, "from ", version(name, one), " to ", version(name, other))),
    ...changes.map(({ field, diff, before, after }) => panel(spelled(field), diff ? lines(diff) : facts([["Before", JSON.stringify(before)], ["After", JSON.stringify(after)]]))),
    !changes.length && panel("Nothing differs", h("p", {}, "Both have the same content."))];
}

const lines = (diff) => h("pre", { class: "diff", tabindex: "0" }, diff.slice(2).map((line) => h("span", { class: line[0] === "+" ? "added" : line[0] === "-" ? "gone" : null }, `${line}\n`)));

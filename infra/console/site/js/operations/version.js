/** One version of an agent: what it is, what became of its drafts, how it was evaluated, what it says. */

import { get } from "../api.js";
import { h } from "../h.js";
import { badge, facts, link, panel, table } from "../parts.js";
import { when } from "../times.js";
import { number, spelled } from "../words.js";
import { figures } from "./figures.js";

const COLUMNS = ["Evaluation", "Verdict", "Against", "#Cases", "Finished"];

export async function whole(name, one) {
  const path = ["agents", name, "versions", one];
  const asked = [path, [...path, "performance"], [...path, "evaluations"]];
  const [found, does, tests] = await Promise.all(asked.map((part) => get(part)));
  return [
    h("header", { class: "head" }, h("h2", {}, `${name}, version ${found.version}`), found.retired && badge("retired")),
    h("div", { class: "two" }, panel("About", about(name, found)), panel("What became of its drafts", became(does))),
    panel("Evaluations", table("Evaluations", COLUMNS, tests.map(test), "It was not evaluated as a candidate.")),
    ...content(found.config),
  ];
}

function about(name, { version, message, author, registered_at: at, retired, config_hash: hash }) {
  const before = version - 1;
  const compared = ["agents", name, "versions", before, "diff", version];
  return facts([
    ["Agent", link(["agents", name], name)],
    ["What is new", message],
    ["Author", author],
    ["Registered", when(at)],
    ["Retired", retired && `${retired.reason}, by ${retired.by}`],
    ["Content", hash.slice(0, 12)],
    ["Compare", before > 0 && link(compared, `with version ${before}`)],
  ]);
}

function became(does) {
  const { drafts, rate, sent, jobs, slow, cost } = figures(does);
  const { unchanged, edited } = does.approved;
  return facts([
    ["Drafts", drafts],
    ["Approved", rate && `${rate}: ${number(unchanged)} as written, ${number(edited)} edited`],
    ["Rejected", listed(does.rejected)],
    ["Failed", listed(does.errors)],
    ["Taken back", does.withdrawn || null],
    ["Sent", sent],
    ["Led to new jobs", jobs],
    ["95 of 100 took", slow],
    ["Cost", cost],
  ]);
}

const listed = (counts) =>
  Object.entries(counts).map(([reason, count]) => `${number(count)} ${spelled(reason).toLowerCase()}`).join(", ");

function test({ evaluation_id: id, verdict, baseline, cases, finished_at: at }) {
  return [link(["evaluations", id], id), badge(verdict), `version ${baseline}`, number(cases), when(at)];
}

function content({ system_prompt: system, user_prompt: user, ...rest }) {
  const said = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));
  const prompt = (title, text) => panel(title, h("pre", { tabindex: "0" }, text));
  const settings = Object.entries(rest).map(([name, value]) => [spelled(name), said(value)]);
  return [panel("Settings", facts(settings)), prompt("System prompt", system), prompt("User prompt", user)];
}

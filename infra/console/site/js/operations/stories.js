/** One story from beginning to end: what was said, by whom, because of what, and how much later. */

import { get } from "../api.js";
import { h } from "../h.js";
import { link, panel } from "../parts.js";
import { exactly } from "../times.js";
import { number, plural, words } from "../words.js";
import { lookup } from "./lookup.js";

const HINT = "The id of a referral, a rollout or an evaluation, or agent-NAME for all that was said of an agent.";
const SPANS = [[86400, "days"], [3600, "h"], [60, "min"]];
const LEADS = { customer_id: "customers", rollout_id: "rollouts", evaluation_id: "evaluations", agent: "agents" };

export async function stories(id) {
  if (!id) return lookup("stories", "Story", HINT);
  const { events } = await get(["stories", id]);
  const kinds = new Map(events.map((one) => [one.event_id, words(one.detail_type)]));
  return [
    lookup("stories", "Story", HINT, id), h("h2", {}, id),
    panel(`${plural(events.length, "event")}, oldest first`,
      h("ol", { class: "timeline" }, events.map((one) => event(one, kinds.get(one.causation_id))))),
  ];
}

function event({ detail_type: kind, producer, occurred_at: at, seconds, data }, cause) {
  const because = cause && `, ${later(seconds)} because of “${cause}”`;
  return h("li", {},
    h("p", {}, h("strong", {}, words(kind)), " ", h("span", { class: "muted" }, producer)),
    h("p", { class: "muted" }, exactly(at), because), leads(data),
    h("details", {}, h("summary", {}, "What was said"), h("pre", { tabindex: "0" }, JSON.stringify(data, null, 2))));
}

/** To what the event is about. */
function leads(data) {
  const known = Object.entries(LEADS).filter(([field]) => typeof data[field] === "string");
  return known.length > 0 && h("p", { class: "choices" },
    known.map(([field, view]) => link([view, data[field]], data[field])));
}

function later(seconds) {
  const [size, unit] = SPANS.find(([least]) => Math.abs(seconds) >= least) || [1, "s"];
  return `${number(seconds / size, size === 1 ? 1 : 0)} ${unit} later`;
}

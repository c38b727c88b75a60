/** One story from beginning to end: what was said, by whom, because of what, and how much later. */

import { get } from "../api.js";
import { h } from "../h.js";
import { link, panel } from "../parts.js";
import { exactly } from "../times.js";
import { number } from "../words.js";
import { lookup } from "./lookup.js";

const HINT = "The id of a referral, a rollout or an evaluation, or agent-NAME for all that was said of an agent.";
const LEADS = { customer_id: "customers", rollout_id: "rollouts", evaluation_id: "evaluations", agent: "agents" };

export async function stories(id) {
  if (!id) return lookup("stories", "Story", HINT);
  const { events } = await get(["stories", id]);
  const kinds = new Map(events.map((one) => [one.event_id, named(one.detail_type)]));
  return [lookup("stories", "Story", HINT, id), h("h2", {}, id),
    panel(`${number(events.length)} events, oldest first`, h("ol", { class: "timeline" }, events.map((one) => event(one, kinds))))];
}

function event({ detail_type: kind, producer, occurred_at: at, causation_id: cause, seconds, data }, kinds) {
  const because = kinds.get(cause) && `because of “${kinds.get(cause)}”, ${later(seconds)}`;
  return h("li", {}, h("p", {}, h("strong", {}, named(kind)), " ", h("span", { class: "muted" }, producer)),
    h("p", { class: "muted" }, exactly(at), because && `, ${because}`), gist(data), h("details", {}, h("summary", {}, "What was said"), h("pre", { tabindex: "0" }, JSON.stringify(data, null, 2))));
}

/** What leads further. */
function gist(data) {
  const known = Object.entries(LEADS).filter(([field]) => typeof data[field] === "string");
  return known.length > 0 && h("p", { class: "choices" }, known.map(([field, view]) => link([view, data[field]], data[field])));
}

/** "ReferralDrafted" is "Referral drafted". */
const named = (kind) => kind.replace(/(?<=[a-z])([A-Z])/g, (_, capital) => ` ${capital.toLowerCase()}`);

function later(seconds) {
  if (seconds === null) return "at the same time";
  if (Math.abs(seconds) < 90) return `${number(seconds, 1)} s later`;
  return seconds < 5400 ? `${number(seconds / 60)} min later` : seconds < 172800 ? `${number(seconds / 3600, 1)} h later` : `${number(seconds / 86400)} days later`;
}

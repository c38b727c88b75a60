/** What a person can order of a rollout: each order says what will happen, asks why, and is given once. */

import { post } from "../api.js";
import { byId, fill, h } from "../h.js";
import { into } from "../loading.js";
import { told } from "../say.js";
import { refusal } from "../words.js";
import { rollouts } from "./rollouts.js";

const ORDERS = [
  ["hold", "Hold", ["running"]], ["resume", "Resume", ["held"]], ["rollback", "Roll back", ["waiting", "running", "held", "released"]],
];

/** What will happen, in words. */
function effect(order, { percent, candidate, baseline, status }) {
  if (order === "hold") return `Version ${candidate} stays at ${percent} % of the customers until a person says otherwise. Evidence that it is worse still takes it back.`;
  if (order === "resume" && !percent) return `Version ${candidate} writes to its first customers from now on, though the evaluation decided nothing.`;
  if (order === "resume") return `The rollout goes on by itself from ${percent} %, as the evidence grows.`;
  if (status === "released") return `Production points at version ${baseline} again. Drafts of version ${candidate} that have not left are taken back. This is final: to try it again, start another rollout.`;
  if (!percent) return `The rollout ends before it reached a customer. This is final.`;
  return `All customers get version ${baseline} again, and drafts of version ${candidate} that have not left are taken back. This is final.`;
}

export function orders(rollout) {
  const possible = ORDERS.filter(([, , states]) => states.includes(rollout.status));
  if (!possible.length) return null;
  return h("div", { class: "choices", role: "group", "aria-label": "Order" }, possible.map(([order, name]) =>
    h("button", { type: "button", class: order === "rollback" && "danger", onclick: () => confirmed(order, name, rollout) }, `${name} …`)));
}

function confirmed(order, name, rollout) {
  const reason = h("input", { id: "reason", required: true, maxlength: "500", autocomplete: "off", "aria-describedby": "order-problem" });
  const problem = h("p", { class: "problem", id: "order-problem", role: "alert" });
  const give = h("button", { type: "submit", class: order === "rollback" ? "danger" : "primary" }, name);
  const form = h("form", { onsubmit: (sent) => submit(sent, () => order_(order, rollout, reason, give, problem, dialog)) },
    h("div", { class: "field" }, h("label", { for: "reason" }, "Why? It is kept in the rollout's history."), reason, problem),
    h("div", { class: "choices" }, give, h("button", { type: "button", onclick: () => dialog.close() }, "Leave it as it is")));
  const dialog = h("dialog", { "aria-labelledby": "order-head", "aria-describedby": "order-effect", onclose: () => dialog.remove() },
    h("h2", { id: "order-head" }, `${name} ${rollout.rollout_id}?`), h("p", { id: "order-effect" }, effect(order, rollout)), form);
  document.body.append(dialog);
  dialog.showModal();
  reason.focus();
}

function submit(sent, work) {
  sent.preventDefault();
  return work();
}

async function order_(order, { rollout_id }, reason, give, problem, dialog) {
  give.disabled = true;
  try {
    await post(["rollouts", rollout_id, order], { reason: reason.value.trim() });
    dialog.close();
    told("Done.");
    await into(byId("view"), () => rollouts(rollout_id));
  } catch (error) {
    give.disabled = false;
    fill(problem, refusal(error));
  }
}

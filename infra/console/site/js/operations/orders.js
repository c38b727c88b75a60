/** What a person can order of a rollout: each order says what will happen, asks why, and is given once. */

import { post } from "../api.js";
import { fill, h } from "../h.js";
import { told } from "../say.js";
import { refusal } from "../words.js";

const FINAL = "This is final.";
const ORDERS = [
  ["hold", "Hold", ["running"]],
  ["resume", "Resume", ["held"]],
  ["rollback", "Roll back", ["waiting", "running", "held", "released"]],
];

/** What will happen, in words. */
const EFFECTS = {
  hold: ({ candidate, percent }) => `Version ${candidate} stays at ${percent} % of the customers until a person says `
    + "otherwise. Evidence that it is worse still takes it back.",
  resume: ({ candidate, percent }) => (percent
    ? `The rollout goes on by itself from ${percent} %, as the evidence grows.`
    : `Version ${candidate} writes to its first customers from now on, though the evaluation decided nothing.`),
  rollback({ candidate, baseline, percent, status }) {
    const back = `Drafts of version ${candidate} that have not left are taken back. ${FINAL}`;
    if (status === "released") return `Production points at version ${baseline} again. ${back}`;
    return percent ? `All customers get version ${baseline} again. ${back}`
      : `The rollout ends before it reached a customer. ${FINAL}`;
  },
};

/** The buttons; ``done()`` is called once an order was taken. */
export function orders(rollout, done) {
  const possible = ORDERS.filter(([, , states]) => states.includes(rollout.status));
  const button = ([order, name]) => h("button", {
    type: "button", class: order === "rollback" && "danger", onclick: () => ask(order, name, rollout, done),
  }, `${name} …`);
  return possible.length > 0 && h("div", { class: "choices", role: "group", "aria-label": "Order" },
    possible.map(button));
}

function ask(order, name, rollout, done) {
  const reason = h("input", { id: "reason", required: true, maxlength: "500", autocomplete: "off",
    "aria-describedby": "problem" });
  const problem = h("p", { class: "problem", id: "problem", role: "alert" });
  const button = h("button", { class: order === "rollback" ? "danger" : "primary" }, name);
  const form = h("form", { onsubmit: (sent) => {
    sent.preventDefault();
    give(["rollouts", rollout.rollout_id, order], reason.value.trim(), { button, problem, dialog, done });
  } }, h("div", { class: "field" }, h("label", { for: "reason" }, "Why? It is kept in the rollout's history."), reason,
    problem),
  h("div", { class: "choices" }, button, h("button", { type: "button", onclick: () => dialog.close() },
    "Leave it as it is")));
  const about = { "aria-labelledby": "order-head", "aria-describedby": "order-effect", onclose: () => dialog.remove() };
  const dialog = h("dialog", about, h("h2", { id: "order-head" }, `${name} ${rollout.rollout_id}?`),
    h("p", { id: "order-effect" }, EFFECTS[order](rollout)), form);
  document.body.append(dialog);
  dialog.showModal();
  reason.focus();
}

async function give(path, reason, { button, problem, dialog, done }) {
  button.disabled = true;
  try {
    await post(path, { reason });
    dialog.close();
    told("Done.");
    done();
  } catch (error) {
    button.disabled = false;
    fill(problem, refusal(error));
  }
}

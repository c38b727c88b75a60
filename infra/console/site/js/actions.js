/** What a reviewer can do with the draft that is open. */

import { h } from "./h.js";
import { REASONS } from "./words.js";

/** The buttons; what stops an approval is said by its button too. */
export function actions(stopped, { approve, edit, reject }) {
  const stops = stopped && { "aria-disabled": "true", "aria-describedby": "findings-head" };
  return h("div", { class: "actions", role: "group", "aria-label": "Decide" },
    button("approve", "primary", approve, "Approve", "a", stops),
    button("edit", "", edit, "Edit", "e"),
    button("reject", "danger", reject, "Reject", "r"));
}

function button(id, kind, onclick, name, key, more) {
  return h("button", { type: "button", id, class: kind, onclick, ...more }, name, h("kbd", {}, key));
}

/** The reasons, each with its number; ``chosen(code)`` is called with the one that was meant. */
export function reasons(chosen, leave) {
  const buttons = REASONS.map(([code, name], at) =>
    h("button", { type: "button", onclick: () => chosen(code) }, h("kbd", {}, at + 1), name));
  return h("div", { class: "actions reasons", id: "reasons", role: "group", "aria-labelledby": "reasons-head" },
    h("h3", { id: "reasons-head" }, "Why is it rejected?"),
    h("div", { class: "choices" }, buttons, h("button", { type: "button", class: "quiet", onclick: leave }, "Back", h("kbd", {}, "Esc"))));
}

/** A part of a page that is asked for: while it comes, once it is there, and where it does not come. */

import { fill, h } from "./h.js";
import { refusal } from "./words.js";

const latest = new WeakMap();

/** Fill a place with what ``work`` answers, unless something else was asked for there meanwhile. */
export async function into(place, work) {
  const mine = Symbol("asked");
  latest.set(place, mine);
  place.setAttribute("aria-busy", "true");
  fill(place, h("p", { class: "muted loading", role: "status" }, "One moment …"));
  const nodes = await work().catch((error) => failed(error, () => into(place, work)));
  if (latest.get(place) !== mine) return;
  place.removeAttribute("aria-busy");
  fill(place, nodes);
}

function failed(error, again) {
  if (error.code === undefined) throw error;
  return h("div", { class: "panel failed", role: "alert" },
    h("p", {}, error.code === "not_found" ? error.message : refusal(error)),
    h("div", { class: "choices" }, h("button", { type: "button", onclick: again }, "Try again")));
}

/** In what two versions of an agent differ: prompts line by line, anything else with both values. */

import { get } from "../api.js";
import { h } from "../h.js";
import { facts, panel, version } from "../parts.js";
import { spelled } from "../words.js";

const KINDS = { "+": "added", "-": "gone" };

export async function difference(name, one, other) {
  const { changes } = await get(["agents", name, "versions", one, "diff", other]);
  return [
    h("header", { class: "head" }, h("h2", {}, `${name}: what version ${other} changes`),
      h("p", {}, "from ", version(name, one), " to ", version(name, other))),
    changes.length ? changes.map(change) : panel("Nothing differs", h("p", {}, "Both have the same content.")),
  ];
}

function change({ field, diff, before, after }) {
  return panel(spelled(field), diff ? lines(diff) : facts([["Before", said(before)], ["After", said(after)]]));
}

/** A unified diff without its two lines of names. */
function lines(diff) {
  return h("pre", { class: "diff", tabindex: "0" },
    diff.slice(2).map((line) => h("span", { class: KINDS[line[0]] }, `${line}\n`)));
}

const said = (value) => (value === null || value === undefined ? "nothing" : JSON.stringify(value));

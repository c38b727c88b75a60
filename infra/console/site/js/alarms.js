/** The state of every alarm: those that fire first and in words, the others folded away. */

import { h } from "./h.js";
import { ago } from "./times.js";
import { plural } from "./words.js";

const STATES = { ALARM: ["fires", "hard"], OK: ["quiet", "good"], INSUFFICIENT_DATA: ["nothing measured", ""] };

export function alarms(known) {
  const firing = known.filter(({ state }) => state === "ALARM");
  const others = known.filter(({ state }) => state !== "ALARM");
  return h("section", { class: `panel alarms${firing.length ? " failed" : ""}`, "aria-labelledby": "alarms-head" },
    h("h2", { id: "alarms-head" }, firing.length
      ? `${plural(firing.length, "alarm")} ${firing.length === 1 ? "fires" : "fire"}` : "No alarm fires"),
    firing.length > 0 && list(firing),
    others.length > 0 && h("details", {}, h("summary", {}, `${firing.length ? plural(others.length, "other alarm") : plural(others.length, "alarm")}`), list(others)),
    !known.length && h("p", { class: "muted" }, "This account has no alarms yet."));
}

const list = (known) => h("ul", { class: "rows" }, known.map(line));

function line({ name, state, since, runbook }) {
  const [words, kind] = STATES[state] || [state, ""];
  return h("li", {}, h("span", { class: `badge ${kind}` }, words), h("span", { class: "name" }, name),
    h("span", { class: "muted" }, "since ", ago(since)),
    runbook && state === "ALARM" && h("span", { class: "muted" }, `What to do: ${runbook}`));
}

/** What was counted of a rollout: every metric by share, the candidate beside control. */

import { panel, table } from "../parts.js";
import { number, percent, spelled } from "../words.js";

const ARMS = ["control", "candidate"];

export function counts({ counts: counted, plan }) {
  const known = Object.keys(plan.guardrails).filter((metric) => counted[metric]);
  const rows = known.flatMap((metric) =>
    Object.entries(counted[metric]).sort(([one], [other]) => one - other).map(([share, cells]) => row(metric, share, cells)));
  const columns = ["Metric", "#Share", "#Control, good", "#bad", "#rate", "#Candidate, good", "#bad", "#rate"];
  return panel("Outcomes that count, a customer once for each metric",
    table("Outcomes", columns, rows, "No outcome was counted yet."));
}

function row(metric, share, cells) {
  const of = (arm) => [cells[`${arm}_good`], cells[`${arm}_bad`]];
  const told = ([good, bad]) => [number(good), number(bad), good + bad ? percent(good / (good + bad), 1) : null];
  return [spelled(metric), `${share} %`, ...ARMS.flatMap((arm) => told(of(arm)))];
}

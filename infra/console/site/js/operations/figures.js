/** What became of a version's drafts, in figures for people. */

import { number, percent } from "../words.js";

export function figures({ drafts, approval_rate: rate, sent, conversions, latency_ms: latency, cost_usd: cost }) {
  return {
    drafts: number(drafts), rate: rate === null ? null : percent(rate, 1), sent: number(sent),
      jobs: number(conversions),
    slow: latency.p95 === null ? null : `${number(latency.p95 / 1000, 1)} s`, cost: `$${number(cost, 2)}`,
  };
}

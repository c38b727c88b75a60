/** What is known of a customer, as it grew: ids and numbers, no name and no address. */

import { get } from "../api.js";
import { chart } from "../charts.js";
import { h } from "../h.js";
import { facts, panel, table } from "../parts.js";
import { exactly, format, when } from "../times.js";
import { money, number, plural, spelled } from "../words.js";
import { lookup } from "./lookup.js";

const HINT = "The id under which the customer is known upstream. A referral's story names it.";
const COLUMNS = ["Version", "Of", "Known since", "Because of", "#Jobs", "#Paid", "#Satisfaction"];
const DAY = { day: "numeric", month: "short", year: "2-digit" };

export async function customers(id) {
  if (!id) return lookup("customers", "Customer", HINT);
  const path = ["customers", id, "features"];
  const [now, versions] = await Promise.all([get(path), get([...path, "versions"], { limit: 200 })]);
  return [
    lookup("customers", "Customer", HINT, id), h("h2", {}, id),
    h("div", { class: "two" }, panel("Today", today(now)), panel("Property", property(now))),
    h("div", { class: "charts" }, grown([...versions].reverse())),
    panel("Every change, newest first", table("Every change", COLUMNS, versions.map(row))),
  ];
}

function paid({ lifetime_value: values }) {
  return Object.entries(values).map(([currency, amount]) => money({ amount, currency })).join(", ");
}

function today(now) {
  const { satisfaction_avg: average, satisfaction_count: surveys } = now;
  return facts([
    ["Version", now.version],
    ["Jobs", number(now.service_count)],
    ["Paid", paid(now)],
    ["Satisfaction", average && `${number(average, 2)} in ${plural(surveys, "survey")}`],
    ["First job", when(now.first_service_at)],
    ["Last job", when(now.last_service_at)],
  ]);
}

function property({ property_features: features }) {
  const pairs = Object.entries(features).map(([name, value]) => [spelled(name), String(value)]);
  return pairs.length ? facts(pairs) : h("p", { class: "muted" }, "Nothing is known of it.");
}

function row(one) {
  return [String(one.version), exactly(one.as_of), exactly(one.known_at), one.cause, number(one.service_count),
    paid(one),
    one.satisfaction_avg && number(one.satisfaction_avg, 2)];
}

/** Oldest first. */
function grown(versions) {
  const labels = versions.map((one) => format(DAY, one.as_of));
  const heads = versions.map((one, at) => `version ${one.version}, ${labels[at]}`);
  const currencies = [...new Set(versions.flatMap((one) => Object.keys(one.lifetime_value)))];
  const each = (label, of) => ({ label, values: versions.map((one) => known(of(one))) });
  const drawn = (title, ...series) => chart({ kind: "line", title, unit: "count", labels, heads, series });
  return [
    drawn("Jobs", each("jobs", (one) => one.service_count)),
    drawn("Paid so far", ...currencies.map((currency) => each(currency, (one) => one.lifetime_value[currency]))),
    drawn("Satisfaction, of 5", each("average", (one) => one.satisfaction_avg)),
  ];
}

/** Amounts come as text, so that nothing is lost on the way. */
const known = (value) => (value === null || value === undefined ? null : Number(value));

/** What is known of a customer, as it grew: ids and numbers, no name and no address. */

import { get } from "../api.js";
import { chart } from "../charts.js";
import { h } from "../h.js";
import { facts, panel, table } from "../parts.js";
import { exactly, format, when } from "../times.js";
import { money, number, plural, spelled } from "../words.js";
import { lookup } from "./lookup.js";

const HINT = "The id under which the customer is known upstream. A referral's story names it.";
const DAY = { day: "numeric", month: "short", year: "2-digit" };

export async function customers(id) {
  if (!id) return lookup("customers", "Customer", HINT);
  const [now, versions] = await Promise.all([get(["customers", id, "features"]), get(["customers", id, "features", "versions"], { limit: 200 })]);
  return [lookup("customers", "Customer", HINT, id), h("h2", {}, id),
    h("div", { class: "two" }, panel("Today", facts(known(now))), panel("Property", facts(property(now)))), h("div", { class: "charts" }, grown([...versions].reverse())),
    panel("Every change, newest first", table("Every change", ["Version", "Of", "Known since", "Because of", "#Jobs", "#Paid", "#Satisfaction"], versions.map(row)))];
}

const paid = ({ lifetime_value: values }) => Object.entries(values).map(([currency, amount]) => money({ amount, currency })).join(", ");
const satisfaction = ({ satisfaction_avg: average, satisfaction_count: count }) => (average ? `${number(average, 2)} in ${plural(count, "survey")}` : null);

function known(now) {
  return [["Version", now.version], ["Jobs", number(now.service_count)], ["Paid", paid(now)], ["Satisfaction", satisfaction(now)],
    ["First job", when(now.first_service_at)], ["Last job", when(now.last_service_at)]];
}

const property = ({ property_features: features }) => {
  const pairs = Object.entries(features).map(([name, value]) => [spelled(name), String(value)]);
  return pairs.length ? pairs : [["Known", "nothing"]];
};

function row(one) {
  return [String(one.version), exactly(one.as_of), exactly(one.known_at), one.cause, number(one.service_count), paid(one), one.satisfaction_avg && number(one.satisfaction_avg, 2)];
}

function grown(versions) {
  const labels = versions.map((one) => format(DAY, one.as_of));
  const currencies = [...new Set(versions.flatMap((one) => Object.keys(one.lifetime_value)))];
  const about = { kind: "line", labels, heads: versions.map((one) => `version ${one.version}, ${format(DAY, one.as_of)}`) };
  const each = (label, of) => ({ label, values: versions.map(of) });
  return [
    chart({ ...about, title: "Jobs", unit: "count", series: [each("jobs", (one) => one.service_count)] }),
    chart({ ...about, title: "Paid so far", unit: "count", series: currencies.map((currency) => each(currency, (one) => one.lifetime_value[currency] && Number(one.lifetime_value[currency]))) }),
    chart({ ...about, title: "Satisfaction, of 5", unit: "count", series: [each("average", (one) => one.satisfaction_avg && Number(one.satisfaction_avg))] }),
  ];
}

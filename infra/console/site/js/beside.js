/** What a draft was written from: the job, what is known of the customer, the crew's notes, similar approved mails. */

import * as findings from "./findings.js";
import { h } from "./h.js";
import { marked } from "./marks.js";
import { facts, panel } from "./parts.js";
import { age, day, gap, money, number, plural, spelled } from "./words.js";

export function beside(page, found) {
  const { facts: known } = page;
  return [
    h("h2", { class: "hidden" }, "What the draft was written from"),
    panel("The job", job(known, page.technician)),
    notes(page, found),
    panel("The customer", customer(known)),
    gaps(known.missing),
  ];
}

/** Approved mails for similar jobs, once they are there. */
export function similar({ examples = [], missing }) {
  if (!examples.length) return missing ? h("p", { class: "muted" }, "No similar mail was approved yet, or none can be had now.") : null;
  return panel("Similar mails that were approved", h("div", {}, examples.map(example)));
}

function example({ text, service_type, region, approved_at }) {
  const about = [service_type, region, approved_at && `approved ${age(approved_at)} ago`].filter(Boolean).join(", ");
  return h("details", { class: "example" }, h("summary", {}, about), h("p", { class: "free" }, text));
}

function job({ service, time_zone }, technician) {
  return facts([
    ["Service", spelled(service.type)], ["Done", day(service.completed_at, time_zone)],
    ["Price", service.price && money(service.price)], ["Satisfaction", service.satisfaction && `${service.satisfaction} of 5`],
    ["Technician", technician], ...Object.entries(service.property || {}).map(([name, value]) => [`Property ${name.replaceAll("_", " ")}`, String(value)]),
  ]);
}

function notes({ notes }, found) {
  if (!notes) return null;
  const text = h("blockquote", { class: "free", id: "notes" }, marked(notes, findings.within(found, "notes")));
  return panel("Technician's notes", text, h("p", { class: "muted" }, "Typed by the crew, not checked by anybody."));
}

function customer({ given_name, time_zone, features }) {
  return facts([["Given name", given_name || "not given"], ...learned(features, time_zone), ["Time zone", time_zone]]);
}

/** The features that there were when the draft was written. */
function learned(features, zone) {
  if (!features) return [];
  const values = Object.entries(features.lifetime_value || {}).map(([currency, amount]) => money({ amount, currency }));
  const average = features.satisfaction_avg && `${number(features.satisfaction_avg, 1)} in ${plural(features.satisfaction_count, "survey")}`;
  return [
    ["Jobs so far", features.service_count], ["Paid so far", values.join(", ")], ["Satisfaction", average],
    ["Customer since", features.first_service_at && day(features.first_service_at, zone)],
  ];
}

function gaps(missing = {}) {
  const told = Object.entries(missing).map(gap);
  return told.length ? panel("Was missing", facts(told)) : null;
}

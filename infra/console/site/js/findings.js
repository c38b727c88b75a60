/** What was found in a draft, as a list that leads to its places in the text. */

import { byId, h } from "./h.js";
import { plural } from "./words.js";

const CALLED = { hard: "Must be mended", soft: "Have a look" };
const FIELDS = { subject: "subject", body: "text", notes: "notes", facts: "facts", mail: "mail" };
const ORDER = Object.keys(FIELDS);

/** A draft's findings with the number under which each is marked and listed: hard ones first, then in the order of the text. */
export function numbered(page) {
  const sorted = [...page.findings].sort((one, other) => rank(one) - rank(other) || one.start - other.start);
  return sorted.map((finding, at) => ({ ...finding, ...place(finding, page), number: at + 1 }));
}

const rank = ({ severity, field }) => (severity === "hard" ? 0 : ORDER.length) + ORDER.indexOf(field);

/** What is about a whole text has no place in it. */
function place({ field, start, end }, page) {
  const whole = start === 0 && end >= Array.from(String(page[field] ?? "")).length;
  return whole ? { start: 0, end: 0 } : { start, end };
}

export const hard = (findings) => findings.filter(({ severity }) => severity === "hard");

/** Those in one field. */
export const within = (findings, field) => findings.filter((finding) => finding.field === field);

export function list(findings, page) {
  if (!findings.length) return h("p", { class: "clean" }, "✓ Nothing was found in this draft.");
  const stops = hard(findings).length;
  const head = stops ? `${plural(stops, "finding")} must be mended before this can be approved` : "Worth a look before you decide";
  return h("section", { class: "findings", id: "findings", tabindex: "-1", "aria-labelledby": "findings-head" },
    h("h3", { id: "findings-head" }, head),
    h("ol", {}, findings.map((finding) => item(finding, page))));
}

function item(finding, page) {
  const words = quoted(finding, page);
  return h("li", { class: finding.severity },
    h("p", {}, h("span", { class: `badge ${finding.severity}` }, CALLED[finding.severity]), " ", finding.message),
    words ? h("button", { type: "button", class: "link", onclick: () => lead(finding.number) }, `“${words}” in the ${FIELDS[finding.field]}`) : null);
}

function quoted({ field, start, end }, page) {
  const text = typeof page[field] === "string" ? page[field] : "";
  return Array.from(text).slice(start, end).join("").replaceAll("\n", " ").slice(0, 80);
}

function lead(number) {
  const place = byId(`mark-${number}`) || document.querySelector("mark");
  place?.focus();
  place?.scrollIntoView({ block: "center" });
}

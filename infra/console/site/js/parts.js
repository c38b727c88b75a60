/** What pages are built of: panels, facts, tables. */

import { h } from "./h.js";
import { spelled } from "./words.js";

export function panel(title, ...inside) {
  return h("section", { class: "panel" }, h("h3", {}, title), ...inside);
}

/** The one panel of a page that lists things. */
export const listing = (title, ...inside) => h("section", { class: "panel" }, h("h2", {}, title), ...inside);

/** Pairs of a name and a value; those that nobody knows are left out. */
export function facts(pairs) {
  const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return h("dl", { class: "facts" }, known.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** Rows under columns; a column that begins with "#" is of figures. */
export function table(caption, columns, rows, empty = "There is nothing yet.") {
  if (!rows.length) return h("p", { class: "muted" }, empty);
  const kind = columns.map((column) => (column.startsWith("#") ? "n" : null));
  const head = (column, at) => h("th", { scope: "col", class: kind[at] }, column.replace("#", ""));
  const cell = (value, at) => (at ? h("td", { class: kind[at] }, value ?? "–") : h("th", { scope: "row" }, value));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {}, h("caption", { class: "hidden" }, caption), h("thead", {}, h("tr", {}, columns.map(head))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map(cell))))));
}

const KINDS = {
  held: "soft", undecided: "soft", waiting: "soft", rolled_back: "hard", worse: "hard", refused: "hard",
    retired: "hard",
  released: "good", running: "accent", better: "good", no_worse: "good", passed: "good", finished: "good",
};

/** A state as a word in its colour. */
export const badge = (state, words = spelled(state)) => h("span", { class: `badge ${KINDS[state] || ""}` }, words);

/** A link within this page. */
export const link = (parts, ...inside) => h("a", { href: `#/${parts.map(encodeURIComponent).join("/")}` }, ...inside);
export const version = (agent, number) => link(["agents", agent, "versions", number], `version ${number}`);

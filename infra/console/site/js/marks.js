/** A text with what was found in it marked at its place. Places count characters, not UTF-16 units. */

import { h } from "./h.js";

/** The text as pieces, each with the findings that it is a part of. */
export function pieces(text, found) {
  const characters = Array.from(text);
  const placed = found.filter(({ start, end }) => end > start);
  const edges = placed.flatMap(({ start, end }) => [start, Math.min(end, characters.length)]);
  const cuts = [...new Set([0, ...edges, characters.length])].sort((one, other) => one - other);
  return cuts.slice(1).map((end, number) => piece(characters, cuts[number], end, placed));
}

function piece(characters, start, end, placed) {
  const inside = placed.filter((finding) => finding.start < end && finding.end > start);
  return { text: characters.slice(start, end).join(""), found: inside, end };
}

/** Nodes for the text; every marked place has the number under which its finding is listed. */
export function marked(text, found) {
  return pieces(text, found).map((piece) => (piece.found.length ? mark(piece) : piece.text));
}

function mark({ text, found, end }) {
  const hard = found.some(({ severity }) => severity === "hard");
  const closing = found.filter((finding) => finding.end === end);
  const numbers = closing.map(({ number }) => h("sup", { class: "mark-number" }, h("span", { class: "hidden" }, " finding "), number));
  return h("mark", { class: hard ? "hard" : "soft", id: `mark-${found[0].number}`, tabindex: "-1" }, text, numbers);
}

/** Moments in the reader's own time zone; what they are in UTC stands in their title. */

import { h } from "./h.js";
import { age } from "./words.js";

const LONG = { dateStyle: "medium", timeStyle: "short" };
const EXACT = { dateStyle: "medium", timeStyle: "medium" };

export const when = (at) => marked(at, at && format(LONG, at));
export const exactly = (at) => marked(at, at && format(EXACT, at));
export const ago = (at) => marked(at, at && (age(at) === "just now" ? "just now" : `${age(at)} ago`));

/** A moment as text, in the reader's zone. */
export const format = (how, at) => new Intl.DateTimeFormat("en-GB", how).format(new Date(at));
export const utc = (at) => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

function marked(at, text) {
  return at ? h("time", { datetime: at, title: utc(at) }, text) : "–";
}

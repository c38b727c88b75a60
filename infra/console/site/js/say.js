/** What happened, for eyes and for screen readers: results politely, refusals at once. */

import { byId, fill, h } from "./h.js";

const LONG = 6000;
let timer = 0;

export function told(text) {
  fill(byId("told"), text);
  clearTimeout(timer);
  timer = setTimeout(() => fill(byId("told")), LONG);
}

/** A refusal stays until it is read; ``more`` are nodes such as a button. */
export function refused(text, ...more) {
  const close = h("button", { type: "button", class: "quiet", onclick: () => fill(byId("refused")) }, "Close");
  fill(byId("refused"), h("p", {}, text), h("div", { class: "choices" }, ...more, close));
}

export function forgive() {
  fill(byId("refused"));
}

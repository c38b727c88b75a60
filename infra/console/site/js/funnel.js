/** A funnel: how many of those who came in are left at each step. */

import { figure, nothing } from "./charts.js";
import { h, svg } from "./h.js";
import { fitted, picture } from "./plot.js";
import { number, percent } from "./words.js";

const ROW = 40; // pixels
const TALL = 14;

/** ``parts`` are one funnel or several, ``{label, steps}``; steps are ``[name, count or null]`` from the first to the last. */
export function funnel(title, parts) {
  const known = parts.filter(({ steps }) => steps.some(([, count]) => count));
  return figure(title, "", known.length ? known.map((part) => one(title, part, known.length > 1)) : nothing());
}

function one(title, { label, steps }, several) {
  const desc = steps.map(([name, count], at) => `${name}: ${number(count || 0)}${share(steps, at)}`).join(". ");
  return h("div", { class: "funnel" }, several && h("h4", {}, label),
    fitted((width) => picture({ width, height: steps.length * ROW, title: several ? `${title}: ${label}` : title,
      desc }, steps.map((step, at) => row(steps, at, width)))));
}

function row(steps, at, width) {
  const [name, count] = steps[at];
  const most = Math.max(...steps.map(([, other]) => other || 0), 1);
  const top = at * ROW;
  return svg("g", { class: "bar s0" },
    svg("text", { class: "label", x: 0, y: top + 15 }, name),
    svg("text", { class: "label", x: width, y: top + 15, "text-anchor": "end" },
      `${number(count || 0)}${share(steps, at)}`),
    svg("rect", { class: "rail", x: 0, y: top + 21, width, height: TALL, rx: 3 }),
    svg("rect", { x: 0, y: top + 21, width: (width * (count || 0)) / most, height: TALL, rx: 3 }));
}

/** Of those at the step before. */
function share(steps, at) {
  const before = at && steps[at - 1][1];
  return before ? `, ${percent((steps[at][1] || 0) / before)} of ${steps[at - 1][0].toLowerCase()}` : "";
}

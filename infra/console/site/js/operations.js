/** The operations page: its parts by what the address names, such as ``#/rollouts/ro-1``. */

import { byId, fill, h } from "./h.js";
import { into } from "./loading.js";
import { agents } from "./operations/agents.js";
import { customers } from "./operations/customers.js";
import { evaluations } from "./operations/evaluations.js";
import { rollouts } from "./operations/rollouts.js";
import { stories } from "./operations/stories.js";
import { operators } from "./shell.js";
import { spelled } from "./words.js";

const VIEWS = { rollouts, agents, evaluations, customers, stories };
let seen = false;

async function start() {
  if (!(await operators(byId("view")))) return;
  addEventListener("hashchange", show);
  await show();
}

/** The view and what it is to show; whatever can't be read leads to the first. */
function asked() {
  try {
    const [view, ...rest] = location.hash.replace(/^#\//, "").split("/").map(decodeURIComponent);
    return Object.hasOwn(VIEWS, view) ? [view, ...rest.filter(Boolean)] : ["rollouts"];
  } catch {
    return ["rollouts"];
  }
}

async function show() {
  const [view, ...rest] = asked();
  fill(byId("tabs"), Object.keys(VIEWS).map((name) =>
    h("a", { href: `#/${name}`, "aria-current": name === view && "true" }, spelled(name))));
  document.title = `${[...rest, spelled(view)].join(", ")} – Operations`;
  await into(byId("view"), () => VIEWS[view](...rest));
  if (seen) byId("view").focus({ preventScroll: true }); // whoever follows a link reads on there
  seen = true;
}

start();

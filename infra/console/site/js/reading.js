/** The draft that is open, to be read; ``verbs`` are what can be done about it. */

import { actions } from "./actions.js";
import { get } from "./api.js";
import { beside, similar } from "./beside.js";
import { desk } from "./desk.js";
import * as findings from "./findings.js";
import { byId, fill, h } from "./h.js";
import { mail } from "./mail.js";

const verbs = {};

/** Say what the buttons do: ``{approve, edit, reject, refresh, go}``. */
export const offer = (done) => Object.assign(verbs, done);

export function show(page) {
  desk.current = page;
  desk.found = findings.numbered(page);
  desk.queue.show(page.referral_id);
  fill(byId("beside"), beside(page, desk.found), h("div", { id: "similar" }));
  read();
  byId("subject")?.focus({ preventScroll: true });
  scrollTo(0, 0);
  if (page.status === "in_review") lookForSimilar(page.referral_id);
}

/** The draft, with what can be done about it. */
export function read() {
  const { current, found } = desk;
  document.title = `${current.subject || current.status} – Review`;
  if (current.status !== "in_review") return fill(byId("draft"), decided(current));
  return fill(byId("draft"), mail(current, found), findings.list(found, current), choices());
}

export const choices = () => actions(findings.hard(desk.found).length > 0, verbs);

/** Nothing is open, for nothing waits. */
export function empty() {
  desk.current = null;
  document.title = "Review";
  desk.queue.show();
  fill(byId("beside"));
  const again = h("button", { type: "button", onclick: () => verbs.refresh() }, "Look again");
  fill(byId("draft"), h("article", { class: "mail empty" },
    h("h2", { id: "subject", tabindex: "-1" }, "Nothing waits"), h("p", {}, "Every draft is decided."), again));
}

function decided({ status, review, subject }) {
  const by = review ? ` by ${review.reviewer}` : "";
  return h("article", { class: "mail" }, h("h2", { id: "subject", tabindex: "-1" }, subject || "This draft"),
    h("p", {}, `This draft is ${status.replaceAll("_", " ")}${by}. There is nothing to decide.`), next());
}

function next() {
  const line = desk.queue.lines[0];
  return line && h("button", { type: "button", onclick: () => verbs.go(line.referral_id) },
    "Open the oldest that waits");
}

async function lookForSimilar(id) {
  const said = await get(["drafts", id, "similar"]).catch(() => ({})); // without them a draft can be judged too
  if (desk.current?.referral_id === id) fill(byId("similar"), similar(said));
}

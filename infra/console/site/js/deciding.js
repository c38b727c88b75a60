/** A decision about the draft that is open: it waits for a moment, in which it can be taken back, and is then told. */

import { reasons } from "./actions.js";
import { post } from "./api.js";
import { desk } from "./desk.js";
import { edit } from "./editing.js";
import * as findings from "./findings.js";
import { byId, fill, h } from "./h.js";
import { go } from "./opening.js";
import { Pending } from "./pending.js";
import { choices, empty } from "./reading.js";
import { forgive, refused, told } from "./say.js";
import { REASONS, plural, refusal } from "./words.js";

const UNDO = 5000; // milliseconds
const CATCH_UP = 10000; // until the queue's index knows
const OVER = new Set(["already_decided", "not_in_review", "opted_out", "no_consent", "version_withdrawn", "expired",
  "not_found"]);
const SAID = { approve: "Approved", reject: "Rejected" };
const pending = new Pending(UNDO, send, showPending);

export function approve() {
  const stops = findings.hard(desk.found).length;
  if (!stops) return decide("approve");
  byId("findings").focus();
  return refused(`${plural(stops, "finding")} must be mended first: edit the draft, or reject it.`,
    h("button", { type: "button", onclick: edit }, "Edit"));
}

export function reject() {
  byId("draft").querySelector(".actions").replaceWith(reasons((reason) => decide("reject", reason), leaveReasons));
  byId("reasons").querySelector("button").focus();
}

export function leaveReasons() {
  byId("reasons").replaceWith(choices());
  byId("reject").focus();
}

export function decide(verb, reason) {
  forgive();
  const { current, queue, sent } = desk;
  const line = queue.lines.find((one) => one.referral_id === current.referral_id) || current;
  const decision = { id: current.referral_id, verb, line,
    body: { content_hash: current.content_hash, ...(reason && { reason }) } };
  const following = queue.take(decision.id);
  sent.add(decision.id);
  pending.put(decision);
  if (following) go(following.referral_id);
  else leave();
}

/** Whether a decision about this draft can still be taken back. */
export const waits = (id) => pending.has(id);

export function undo() {
  const decision = pending.undo();
  if (!decision) return false;
  restore(decision);
  told(`Taken back: “${decision.line.subject}” waits again.`);
  return go(decision.id);
}

function leave() {
  history.replaceState(null, "", location.pathname);
  empty();
}

function restore({ id, line }) {
  desk.sent.delete(id);
  desk.queue.back(line);
  desk.queue.show(desk.current?.referral_id);
}

async function send(decision) {
  try {
    await post(["drafts", decision.id, decision.verb], decision.body);
    told(`${SAID[decision.verb]}: “${decision.line.subject}”.`);
    setTimeout(() => desk.sent.delete(decision.id), CATCH_UP); // written anew, it would wait again
  } catch (error) {
    missed(decision, error);
  }
}

/** A decision that was not taken: the draft waits again, unless it is over for another reason. */
function missed(decision, error) {
  const over = OVER.has(error.code);
  if (over) desk.sent.delete(decision.id);
  else restore(decision);
  const again = h("button", { type: "button", onclick: () => { forgive(); desk.current = null; go(decision.id); } },
    "Open it");
  refused(`“${decision.line.subject}” was not ${SAID[decision.verb].toLowerCase()}. ${refusal(error)}`,
    over ? null : again);
}

function showPending(decision) {
  if (!decision) return fill(byId("pending"));
  const why = decision.body.reason && REASONS.find(([code]) => code === decision.body.reason)[1].toLowerCase();
  const words = `${SAID[decision.verb]}${why ? `, ${why}` : ""}.`;
  told(`${words} Undo with z.`);
  return fill(byId("pending"), h("span", {}, `${words} `, h("span", { class: "subject" }, decision.line.subject)),
    h("button", { type: "button", id: "undo", onclick: undo }, "Undo", h("kbd", {}, "z")),
      h("span", { class: "countdown" }));
}

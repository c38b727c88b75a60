/** Which draft is open: from the queue, from the address, or the next one after a decision. */

import { post } from "./api.js";
import { attempt } from "./attempt.js";
import { asked, desk } from "./desk.js";
import { byId, fill, h } from "./h.js";
import { empty, show } from "./reading.js";
import { told } from "./say.js";

/** Show this draft, or that nothing waits. */
export async function open(id) {
  const { current, queue } = desk;
  if (!id) return empty();
  if (id === current?.referral_id) return stay(id);
  if (unsaved() && !confirm("Leave without saving what you typed?")) return go(current.referral_id);
  desk.wanted = id;
  queue.show(id);
  fill(byId("draft"), h("p", { class: "muted" }, "One moment …"));
  return arrived(id, await post(["drafts", id, "open"]));
}

export async function refresh() {
  const { queue, sent } = desk;
  await queue.load(sent);
  if (!desk.current && queue.lines.length) await open(queue.lines[0].referral_id);
  else queue.show(desk.current?.referral_id);
}

/** Through the address, so that the browser's way back leads to the draft before. */
export function go(id) {
  if (id && id !== asked()) location.hash = encodeURIComponent(id);
  else attempt(() => open(id));
}

/** To the draft so many places further in the queue. */
export function step(number) {
  const { current, queue } = desk;
  const line = current ? queue.beside(current.referral_id, number) : queue.lines[0];
  return line ? go(line.referral_id) : told(number > 0 ? "This is the last draft." : "This is the first draft.");
}

/** What is open stays open, whatever was asked for meanwhile. */
function stay(id) {
  desk.wanted = id;
  desk.queue.show(id);
  if (!byId("subject") && !byId("edit-subject")) show(desk.current);
}

/** Shown, unless another one was asked for meanwhile. */
function arrived(id, page) {
  if (id === desk.wanted) show(page);
}

function unsaved() {
  const { current } = desk;
  const typed = byId("edit-body") && [byId("edit-subject").value, byId("edit-body").value].join();
  return typed !== null && typed !== [current.subject, current.body].join();
}

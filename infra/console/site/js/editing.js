/** The draft that is open as a form, and what comes of saving it. */

import { get, post } from "./api.js";
import { attempt } from "./attempt.js";
import { desk } from "./desk.js";
import { complain, editor } from "./editor.js";
import { byId, fill, h } from "./h.js";
import { read, show } from "./reading.js";
import { forgive, refused, told } from "./say.js";
import { refusal } from "./words.js";

export function edit() {
  forgive();
  fill(byId("draft"), editor(desk.current, save, stop));
  byId("edit-body").focus();
}

function stop() {
  read();
  byId("edit").focus();
}

async function save(subject, body) {
  const { current } = desk;
  if (subject === current.subject && body === current.body) return stop();
  try {
    await post(["drafts", current.referral_id, "edit"], { content_hash: current.content_hash, subject, body });
    show(await get(["drafts", current.referral_id]));
    told("Saved. It waits for your decision.");
  } catch (error) {
    notSaved(error);
  }
  return undefined;
}

function notSaved(error) {
  if (error.code === "invalid" && complain(error.said.problems || [])) return;
  const again = h("button", { type: "button", onclick: () => { forgive(); reopen(); } }, "Show the draft as it is now");
  refused(`Not saved. ${refusal(error)}`, again);
}

const reopen = () => attempt(async () => show(await get(["drafts", desk.current.referral_id])));

/** The review page: drafts that wait, one at a time, and a person's decision about each. */

import { attempt } from "./attempt.js";
import { approve, decide, leaveReasons, reject, undo, waits } from "./deciding.js";
import { asked, desk } from "./desk.js";
import { edit } from "./editing.js";
import { byId } from "./h.js";
import { help } from "./help.js";
import { listen } from "./keys.js";
import { go, open, refresh, step } from "./opening.js";
import { offer } from "./reading.js";
import { forgive } from "./say.js";
import { shell } from "./shell.js";
import { REASONS } from "./words.js";

async function start() {
  offer({ approve, edit, reject, go, refresh: () => attempt(refresh) });
  addEventListener("hashchange", () => attempt(arrive));
  document.addEventListener("visibilitychange", () => document.hidden || attempt(refresh));
  listen(keys());
  await attempt(async () => {
    await shell();
    await desk.queue.load();
    await open(asked() || desk.queue.lines[0]?.referral_id);
  });
}

/** The browser's way back to a draft takes back the decision about it. */
const arrive = () => (waits(asked()) ? undo() : open(asked()));

/** A key for a button, where the button is there. */
const press = (id) => () => {
  const button = byId(id);
  button?.click();
  return Boolean(button);
};

function keys() {
  const byNumber = REASONS.map(([code], at) => [at + 1, () => (byId("reasons") ? decide("reject", code) : false)]);
  return {
    j: () => step(1), k: () => step(-1), a: press("approve"), e: press("edit"), r: press("reject"), z: undo,
    f: () => byId("findings")?.focus(), "?": help, Escape: () => (byId("reasons") ? leaveReasons() : forgive()),
    ...Object.fromEntries(byNumber),
  };
}

start();

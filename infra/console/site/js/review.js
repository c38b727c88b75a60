/** The review page: drafts that wait, one at a time, and a person's decision about each. */

import { actions, reasons } from "./actions.js";
import { get, post } from "./api.js";
import { beside, similar } from "./beside.js";
import { complain, editor } from "./editor.js";
import * as findings from "./findings.js";
import { byId, fill, h } from "./h.js";
import { help } from "./help.js";
import { listen } from "./keys.js";
import { mail } from "./mail.js";
import { Pending } from "./pending.js";
import { Queue } from "./queue.js";
import { forgive, refused, told } from "./say.js";
import { shell } from "./shell.js";
import { REASONS, plural, refusal } from "./words.js";

const UNDO = 5000; // milliseconds
const CATCH_UP = 10000; // until the queue's index knows
const OVER = new Set(["already_decided", "not_in_review", "opted_out", "no_consent", "version_withdrawn", "expired", "not_found"]);
const SAID = { approve: "Approved", reject: "Rejected" };

const queue = new Queue();
const sent = new Set(); // decided here: a queue that is read too soon still has them
const pending = new Pending(UNDO, send, showPending);
let wanted = ""; // the draft that was asked for last
let current = null; // the page of the draft that is open
let found = []; // and what was found in it

async function start() {
  addEventListener("hashchange", () => attempt(() => open(asked())));
  document.addEventListener("visibilitychange", () => document.hidden || attempt(refresh));
  listen(keys());
  await attempt(async () => {
    await shell();
    await queue.load();
    await open(asked() || queue.lines[0]?.referral_id);
  });
}

const asked = () => decodeURIComponent(location.hash.slice(1));

async function refresh() {
  await queue.load(sent);
  if (!current && queue.lines.length) await open(queue.lines[0].referral_id);
  else queue.show(current?.referral_id);
}

async function open(id) {
  if (!id) return empty();
  if (pending.has(id)) return undo();
  if (id === current?.referral_id) return stay(id);
  if (unsaved() && !confirm("Leave without saving what you typed?")) return go(current.referral_id);
  wanted = id;
  queue.show(id);
  fill(byId("draft"), h("p", { class: "muted" }, "One moment …"));
  return arrived(id, await post(["drafts", id, "open"]));
}

/** What is open stays open, whatever was asked for meanwhile. */
function stay(id) {
  wanted = id;
  queue.show(id);
  if (!byId("subject") && !byId("edit-subject")) show(current);
}

/** Shown, unless another one was asked for meanwhile. */
function arrived(id, page) {
  if (id === wanted) show(page);
}

const unsaved = () => byId("edit-body") && [byId("edit-subject").value, byId("edit-body").value].join() !== [current.subject, current.body].join();

function go(id) {
  if (id && id !== asked()) location.hash = encodeURIComponent(id);
  else attempt(() => open(id));
}

function show(page) {
  current = page;
  found = findings.numbered(page);
  queue.show(page.referral_id);
  fill(byId("beside"), beside(page, found), h("div", { id: "similar" }));
  read();
  byId("subject")?.focus({ preventScroll: true });
  scrollTo(0, 0);
  if (page.status === "in_review") lookForSimilar(page.referral_id);
}

/** The draft to read, with what can be done about it. */
function read() {
  document.title = `${current.subject || current.status} – Review`;
  if (current.status !== "in_review") return fill(byId("draft"), decided(current));
  return fill(byId("draft"), mail(current, found), findings.list(found, current), choices());
}

const choices = () => actions(findings.hard(found).length > 0, { approve, edit, reject });

function decided({ status, review, subject }) {
  const by = review ? ` by ${review.reviewer}` : "";
  return h("article", { class: "mail" }, h("h2", { id: "subject", tabindex: "-1" }, subject || "This draft"),
    h("p", {}, `This draft is ${status.replaceAll("_", " ")}${by}. There is nothing to decide.`), next());
}

function next() {
  const line = queue.lines[0];
  return line && h("button", { type: "button", onclick: () => go(line.referral_id) }, "Open the oldest that waits");
}

function empty() {
  current = null;
  document.title = "Review";
  queue.show();
  fill(byId("beside"));
  const again = h("button", { type: "button", onclick: () => attempt(refresh) }, "Look again");
  fill(byId("draft"), h("article", { class: "mail empty" },
    h("h2", { id: "subject", tabindex: "-1" }, "Nothing waits"), h("p", {}, "Every draft is decided."), again));
}

async function lookForSimilar(id) {
  const said = await get(["drafts", id, "similar"]).catch(() => ({})); // without them a draft can be judged too
  if (current?.referral_id === id) fill(byId("similar"), similar(said));
}

function approve() {
  const stops = findings.hard(found).length;
  if (!stops) return decide("approve");
  byId("findings").focus();
  return refused(`${plural(stops, "finding")} must be mended first: edit the draft, or reject it.`, h("button", { type: "button", onclick: edit }, "Edit"));
}

function reject() {
  byId("draft").querySelector(".actions").replaceWith(reasons((reason) => decide("reject", reason), leaveReasons));
  byId("reasons").querySelector("button").focus();
}

function leaveReasons() {
  byId("reasons").replaceWith(choices());
  byId("reject").focus();
}

function decide(verb, reason) {
  forgive();
  const line = queue.lines.find((one) => one.referral_id === current.referral_id) || current;
  const decision = { id: current.referral_id, verb, line, body: { content_hash: current.content_hash, ...(reason && { reason }) } };
  const following = queue.take(decision.id);
  sent.add(decision.id);
  pending.put(decision);
  if (following) go(following.referral_id);
  else leave();
}

function leave() {
  history.replaceState(null, "", location.pathname);
  empty();
}

function undo() {
  const decision = pending.undo();
  if (!decision) return false;
  restore(decision);
  told(`Taken back: “${decision.line.subject}” waits again.`);
  return go(decision.id);
}

function restore({ id, line }) {
  sent.delete(id);
  queue.back(line);
  queue.show(current?.referral_id);
}

async function send(decision) {
  try {
    await post(["drafts", decision.id, decision.verb], decision.body);
    told(`${SAID[decision.verb]}: “${decision.line.subject}”.`);
    setTimeout(() => sent.delete(decision.id), CATCH_UP); // written anew, it would wait again
  } catch (error) {
    missed(decision, error);
  }
}

/** A decision that was not taken: the draft waits again, unless it is over for another reason. */
function missed(decision, error) {
  const over = OVER.has(error.code);
  if (over) sent.delete(decision.id);
  else restore(decision);
  const again = h("button", { type: "button", onclick: () => { forgive(); current = null; go(decision.id); } }, "Open it");
  refused(`“${decision.line.subject}” was not ${SAID[decision.verb].toLowerCase()}. ${refusal(error)}`, over ? null : again);
}

function showPending(decision) {
  if (!decision) return fill(byId("pending"));
  const why = decision.body.reason && REASONS.find(([code]) => code === decision.body.reason)[1].toLowerCase();
  const words = `${SAID[decision.verb]}${why ? `, ${why}` : ""}.`;
  told(`${words} Undo with z.`);
  return fill(byId("pending"), h("span", {}, `${words} `, h("span", { class: "subject" }, decision.line.subject)),
    h("button", { type: "button", id: "undo", onclick: undo }, "Undo", h("kbd", {}, "z")), h("span", { class: "countdown" }));
}

function edit() {
  forgive();
  fill(byId("draft"), editor(current, save, stopEditing));
  byId("edit-body").focus();
}

function stopEditing() {
  read();
  byId("edit").focus();
}

async function save(subject, body) {
  if (subject === current.subject && body === current.body) return stopEditing();
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

function reopen() {
  return attempt(async () => show(await get(["drafts", current.referral_id])));
}

/** What goes wrong is said in plain words. */
async function attempt(work) {
  try {
    await work();
  } catch (error) {
    if (error.code === undefined) throw error;
    refused(refusal(error));
  }
}

function step(number) {
  const line = current ? queue.beside(current.referral_id, number) : queue.lines[0];
  return line ? go(line.referral_id) : told(number > 0 ? "This is the last draft." : "This is the first draft.");
}

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

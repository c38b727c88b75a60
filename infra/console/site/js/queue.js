/** The drafts that wait, oldest first. */

import { get } from "./api.js";
import { byId, fill, h } from "./h.js";
import { age, plural } from "./words.js";

const MOST = 100;
const WIDE = "(min-width: 46rem)";

export class Queue {
  lines = [];
  more = false;

  /** Read it anew; those in ``except`` are decided, though the service may not know yet. */
  async load(except = new Set()) {
    const said = await get(["drafts"], { status: "in_review", limit: MOST });
    this.more = said.drafts.length === MOST;
    this.lines = said.drafts.filter((line) => !except.has(line.referral_id));
  }

  has = (id) => this.lines.some((line) => line.referral_id === id);

  /** The draft so many places from this one, or null. */
  beside(id, step) {
    const at = this.lines.findIndex((line) => line.referral_id === id);
    return this.lines[at + step] || null;
  }

  /** Take a draft out; answers which to open then: the one that took its place, or the last. */
  take(id) {
    const at = this.lines.findIndex((line) => line.referral_id === id);
    if (at >= 0) this.lines.splice(at, 1);
    return this.lines[at] || this.lines[this.lines.length - 1] || null;
  }

  /** Put a draft back to its place. */
  back(line) {
    this.take(line.referral_id);
    this.lines.push(line);
    this.lines.sort((one, other) => one.created_at.localeCompare(other.created_at));
  }

  show(current) {
    const list = h("ol", {}, this.lines.map((line) => entry(line, line.referral_id === current)));
    const open = matchMedia(WIDE).matches || !current;
    fill(byId("queue"), h("details", { open }, h("summary", {}, this.#summary()), list));
    byId("queue").querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  #summary() {
    const count = `${this.lines.length}${this.more ? "+" : ""}`;
    const oldest = this.lines[0] && `oldest ${age(this.lines[0].created_at)}`;
    return [h("strong", {}, `${count} waiting`), oldest && h("span", { class: "muted" }, oldest)];
  }
}

function entry(line, current) {
  const about = { href: `#${line.referral_id}`, "aria-current": current && "true" };
  return h("li", {}, h("a", about,
    h("span", { class: "subject" }, line.subject || "No subject"),
    h("span", { class: "line" },
      h("span", { class: "muted" }, age(line.created_at)),
      line.edited && h("span", { class: "muted" }, "edited"),
      counted(line.hard_findings, "hard", "to mend"),
      counted(line.soft_findings, "soft", "to look at"),
      line.opened_by && h("span", { class: "muted" }, `open: ${line.opened_by}`))));
}

function counted(number, kind, words) {
  return number > 0 && h("span", { class: `badge ${kind}`, title: plural(number, "finding") }, `${number} ${words}`);
}

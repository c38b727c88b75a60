/** What stands at the top of every page: who is signed in, and the pages for this person. */

import { signOut, who } from "../session.js";
import { byId, fill, h } from "./h.js";

const PAGES = [["index.html", "Review"], ["operations.html", "Operations", "operators"],
  ["dashboard.html", "Dashboard", "operators"]];

/** The person who is signed in, or null; what to do then says whatever is asked of a service. */
export async function shell() {
  const person = await who().catch(() => null);
  if (!person) return null;
  const leave = h("button", { type: "button", class: "quiet", onclick: signOut }, "Sign out");
  fill(byId("person"), h("span", { class: "muted" }, person.name), leave);
  fill(byId("pages"), PAGES.filter(([, , group]) => !group || person.groups.includes(group)).map(link));
  return person;
}

/** Operators see versions, rollouts and figures; whoever reviews without being one must not, and is told so. */
export async function operators(place) {
  const person = await shell();
  if (!person || person.groups.includes("operators")) return true;
  fill(place, h("div", { class: "panel" }, h("h2", {}, "This page is for operators"),
    h("p", {}, "It tells which version wrote what, and a reviewer decides without knowing that. If you operate the system "
      + "too, somebody who does can add you to the group operators."),
    h("p", {}, h("a", { href: "index.html" }, "To the drafts that wait"))));
  return false;
}

function link([file, name]) {
  const here = location.pathname.split("/").pop() || "index.html";
  return h("a", { href: file, "aria-current": here === file && "page" }, name);
}

/** What stands at the top of every page: who is signed in. */

import { signOut, who } from "../session.js";
import { byId, fill, h } from "./h.js";

export async function shell() {
  const person = await who().catch(() => null); // what to do then says whatever is asked of a service
  if (!person) return;
  const leave = h("button", { type: "button", class: "quiet", onclick: signOut }, "Sign out");
  fill(byId("person"), h("span", { class: "muted" }, person.name), leave);
}

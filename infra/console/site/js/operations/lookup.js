/** A field for an id, which leads to the part of the page that is about it. */

import { h } from "../h.js";

export function lookup(view, name, hint, value = "") {
  const field = h("input", { id: "wanted", name: "wanted", value, required: true, autocomplete: "off",
    spellcheck: "false", "aria-describedby": "wanted-hint" });
  return h("form", { class: "panel lookup", role: "search", onsubmit: (sent) => go(sent, view, field.value.trim()) },
    h("label", { for: "wanted" }, name), h("div", { class: "choices" }, field,
      h("button", { class: "primary" }, "Show")), h("p", { class: "muted", id: "wanted-hint" }, hint));
}

function go(sent, view, id) {
  sent.preventDefault();
  if (id) location.hash = `#/${view}/${encodeURIComponent(id)}`;
}

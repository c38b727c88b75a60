/** The keys, in a dialog that also switches them off. */

import { h } from "./h.js";
import { switchedOff, switchOff } from "./keys.js";

const KEYS = [
  ["j / k", "next, previous draft"], ["a", "approve"], ["e", "edit; Ctrl Enter saves, Esc leaves"],
  ["r", "reject, then the number of the reason"], ["z", "undo, for five seconds"], ["f", "to the findings"], ["?", "this help"],
];

export function help() {
  const off = h("input", { type: "checkbox", id: "keys-on", checked: !switchedOff(), onchange: (event) => switchOff(!event.target.checked) });
  const dialog = h("dialog", { "aria-labelledby": "help-head", onclose: () => dialog.remove() },
    h("h2", { id: "help-head" }, "Keys"),
    h("dl", { class: "facts" }, KEYS.map(([key, does]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)))),
    h("p", {}, h("label", { for: "keys-on" }, off, " Single letters are keys")),
    h("form", { method: "dialog" }, h("button", { class: "primary" }, "Close")));
  document.body.append(dialog);
  dialog.showModal();
}

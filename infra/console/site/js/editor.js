/** The draft as a form, in the place where it was read. */

import { h } from "./h.js";

/** ``save(subject, body)`` is called with what was typed, ``leave()`` when nothing shall change. */
export function editor(page, save, leave) {
  const subject = h("input", { id: "edit-subject", name: "subject", value: page.subject, required: true, maxlength: "150", autocomplete: "off" });
  const body = h("textarea", { id: "edit-body", name: "body", rows: rows(page.body), required: true });
  body.value = page.body;
  const form = h("form", { class: "mail editor", "aria-label": "Edit the draft", novalidate: true },
    field("Subject", subject), field("Text", body), h("div", { class: "footer" }, page.footer),
    h("div", { class: "actions" },
      h("button", { type: "submit", class: "primary" }, "Save", h("kbd", {}, "Ctrl Enter")),
      h("button", { type: "button", onclick: leave }, "Cancel", h("kbd", {}, "Esc"))));
  form.addEventListener("submit", (sent) => submit(sent, () => save(subject.value.trim(), body.value.trim())));
  form.addEventListener("keydown", (pressed) => shortcut(pressed, form, leave));
  return form;
}

/** Say at its field what is wrong with it; answers whether there was anything to say it at. */
export function complain(problems) {
  const placed = problems.map(({ field, problem }) => [document.getElementById(`edit-${field}`), problem]).filter(([input]) => input);
  for (const [input, problem] of placed) {
    input.setAttribute("aria-invalid", "true");
    document.getElementById(`${input.id}-problem`).textContent = problem;
  }
  placed[0]?.[0].focus();
  return placed.length > 0;
}

function field(name, input) {
  input.setAttribute("aria-describedby", `${input.id}-problem`);
  return h("div", { class: "field" },
    h("label", { for: input.id }, name), input, h("p", { class: "problem", id: `${input.id}-problem`, "aria-live": "polite" }));
}

function submit(sent, save) {
  sent.preventDefault();
  for (const input of sent.target.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  for (const problem of sent.target.querySelectorAll(".problem")) problem.textContent = "";
  save();
}

function shortcut(pressed, form, leave) {
  if (pressed.key === "Escape") leave();
  else if (pressed.key === "Enter" && (pressed.ctrlKey || pressed.metaKey)) form.requestSubmit();
  else return;
  pressed.preventDefault();
}

const rows = (text) => Math.min(30, text.split("\n").length + Math.ceil(text.length / 90) + 2);

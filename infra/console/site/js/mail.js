/** The draft as the customer will see it. */

import * as findings from "./findings.js";
import { h } from "./h.js";
import { marked } from "./marks.js";
import { age } from "./words.js";

export function mail(page, found) {
  return h("article", { class: "mail", "aria-labelledby": "subject" },
    envelope(page),
    h("h2", { id: "subject", tabindex: "-1" }, marked(page.subject, findings.within(found, "subject"))),
    h("div", { class: "body", id: "body" }, marked(page.body, findings.within(found, "body"))),
    h("div", { class: "footer" }, page.footer));
}

function envelope({ recipient, sender, created_at, edited_by }) {
  const to = recipient.name ? `${recipient.name} <${recipient.email}>` : recipient.email;
  return h("dl", { class: "envelope" },
    line("From", sender), line("To", to), line("Waits", age(created_at)),
    edited_by && line("Edited", `by ${edited_by}`));
}

function line(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

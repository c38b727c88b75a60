/** The services' APIs, as the person who is signed in. */

import { token } from "../session.js";

const BASE = "/api";
const CODES = { 401: "signed_out", 429: "busy", 502: "unavailable", 503: "unavailable",
  504: "unavailable" }; // API Gateway's own

/** A service says no: the code says why, the message what to do. */
export class Refused extends Error {
  constructor(status, said) {
    super(said.message || `The service answered ${status}.`);
    this.status = status;
    this.code = said.code || CODES[status] || "unknown";
    this.said = said;
  }
}

/** What a service tells; the path's parts are encoded one by one. */
export function get(path, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ""));
  return ask("GET", path, asked.size ? `?${asked}` : "");
}

/** Give a command. It reaches its service even if the page is closed meanwhile. */
export function post(path, body = {}) {
  return ask("POST", path, "", body);
}

async function ask(method, path, query, body) {
  const address = [BASE, ...path.map(encodeURIComponent)].join("/") + query;
  const headers = { authorization: `Bearer ${await signedIn()}` };
  if (body) headers["content-type"] = "application/json";
  const given = body && JSON.stringify(body);
  return answered(fetch(address, { method, headers, body: given, keepalive: method === "POST" }));
}

/** The token; where nobody is signed in, session.js says what to do. */
async function signedIn() {
  return token().catch((error) => {
    throw new Refused(401, { code: "not_signed_in", message: error.message });
  });
}

async function answered(sent) {
  const answer = await sent.catch(() => {
    throw new Refused(0, { code: "unreachable" });
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

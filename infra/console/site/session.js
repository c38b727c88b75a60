/**
 * Who is signed in: on AWS by Cognito's page (code flow with PKCE), on a laptop by the token in the address that
 * `referral console` prints. Tokens live as long as the tab.
 */

const KEPT = "referral.session";
const ASKED = "referral.asked"; // what was sent along to the sign-in page, to be compared when somebody comes back
const EARLY_MS = 60_000; // a token is renewed so long before it ends

/** Nobody is signed in, and this page can't do anything about it; the message says what to do. */
export class NotSignedIn extends Error {}

let known; // the account's config.json
let under_way; // one sign-in at a time, however many calls wait for it

/** A valid access token; leads to the sign-in page where there is none. */
export function token() {
  under_way ??= valid().finally(() => { under_way = undefined; });
  return under_way;
}

/** The person who is signed in: `{name, groups}`. */
export async function who() {
  const said = claims(await token());
  return { name: said.username, groups: said["cognito:groups"] ?? [] };
}

/** Forget the tokens, here and at Cognito. */
export async function signOut() {
  const { sign_in, domain, client_id } = await config();
  const { refresh } = kept();
  sessionStorage.removeItem(KEPT);
  if (sign_in === "laptop") return location.replace(home());
  if (refresh) await posted(`${domain}/oauth2/revoke`, { token: refresh, client_id });
  location.assign(`${domain}/logout?${new URLSearchParams({ client_id, logout_uri: home() })}`);
}

async function valid() {
  const settings = await config();
  await arrived(settings);
  const { access, refresh } = kept();
  if (access && claims(access).exp * 1000 - EARLY_MS > Date.now()) return access;
  if (settings.sign_in === "laptop") {
    throw new NotSignedIn("Nobody is signed in: open the address that `referral console` prints.");
  }
  return (refresh && await renewed(settings, refresh)) || leave(settings);
}

async function config() {
  known ??= await (await fetch("/config.json")).json();
  return known;
}

/** Take what is in the address, if somebody just came back from signing in, and clear it away. */
async function arrived(settings) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const query = new URLSearchParams(location.search);
  if (settings.sign_in === "laptop" && fragment.has("token")) {
    keep({ access_token: fragment.get("token") });
    history.replaceState(null, "", location.pathname);
  }
  if (settings.sign_in === "hosted" && query.has("code")) await exchanged(settings, query);
}

async function exchanged({ domain, client_id }, query) {
  const asked = JSON.parse(sessionStorage.getItem(ASKED) ?? "{}");
  sessionStorage.removeItem(ASKED);
  history.replaceState(null, "", location.pathname + (asked.hash ?? ""));
  if (!asked.state || asked.state !== query.get("state")) return undefined; // not asked for by this tab
  const said = { grant_type: "authorization_code", client_id, code: query.get("code"), redirect_uri: home(), code_verifier: asked.verifier };
  keep(await posted(`${domain}/oauth2/token`, said));
  return asked.path === location.pathname || elsewhere(location.origin + asked.path + asked.hash);
}

async function renewed({ domain, client_id }, refresh) {
  const given = await posted(`${domain}/oauth2/token`, { grant_type: "refresh_token", client_id, refresh_token: refresh });
  keep({ refresh_token: refresh, ...given });
  return given?.access_token;
}

/** Off to the sign-in page, which leads back to the first page, and from there to this one. */
async function leave({ domain, client_id }) {
  const [state, verifier] = [secret(), secret()];
  sessionStorage.setItem(ASKED, JSON.stringify({ state, verifier, path: location.pathname, hash: location.hash }));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const asked = {
    response_type: "code", client_id, redirect_uri: home(), scope: "openid", state,
    code_challenge_method: "S256", code_challenge: base64url(new Uint8Array(digest)),
  };
  return elsewhere(`${domain}/oauth2/authorize?${new URLSearchParams(asked)}`);
}

/** Off to another page; nothing after this happens here. */
function elsewhere(address) {
  location.assign(address);
  return new Promise(() => {});
}

async function posted(url, said) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(said) });
  return answer.ok && answer.headers.get("content-type")?.includes("json") ? answer.json() : null;
}

function keep(given) {
  if (given) sessionStorage.setItem(KEPT, JSON.stringify({ access: given.access_token, refresh: given.refresh_token }));
}

function kept() {
  return JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
}

function claims(jwt) {
  const bytes = Uint8Array.from(atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

function secret() {
  return base64url(crypto.getRandomValues(new Uint8Array(48)));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function home() {
  return `${location.origin}/`;
}

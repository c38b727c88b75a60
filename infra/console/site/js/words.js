/** What codes, numbers and moments are called on these pages. */

export const REASONS = [
  ["wrong_facts", "Facts are wrong"],
  ["wrong_tone", "Tone is wrong"],
  ["too_long", "Too long"],
  ["not_personal", "Not personal"],
  ["unsafe", "Unsafe"],
  ["not_now", "Not now"],
  ["other", "Something else"],
];

const REFUSALS = {
  content_changed: "This draft was changed after you opened it. Nothing was decided: read the new text, then decide.",
  already_decided: "Somebody else was faster. Their decision stands, yours was not counted.",
  not_in_review: "This draft is no longer in review. Nothing was changed.",
  hard_findings: "This can't be approved as it is. Mend what is marked, or reject it.",
  opted_out: "The customer wants no more mail. The draft is taken out, and nothing is sent.",
  no_consent: "The customer did not agree to mails. The draft is taken out, and nothing is sent.",
  version_withdrawn: "This draft was taken back. Nothing is sent; another one follows by itself.",
  expired: "This draft waited for too long. Nothing is sent.",
  contended: "Somebody else changed this at the same moment. Look again, then repeat.",
  not_found: "There is no such thing any more, or there never was.",
  signed_out: "You are signed out, so nothing was done. Load the page again to sign in.",
  busy: "Too much was asked at once. Wait for a few seconds, then try again.",
  unavailable: "The service did not answer in time. Try again in a minute; if it stays so, its log says why.",
  unreachable: "The service can't be reached. Check the connection, then repeat.",
};

/** What a refusal means; the service's own words where nothing better is known. */
export const refusal = (error) => REFUSALS[error.code] || error.message;

/** A code as words: "roof_repair" is "Roof repair". */
export function spelled(code) {
  const words = String(code).replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What an event is called as words: "ReferralDrafted" is "Referral drafted". */
export const words = (kind) => spelled(kind.replace(/(?<=[a-z])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`));

export const plural = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

const FIELDS = { "customer.name": "Name", "customer.marketing_consent": "Consent to mails",
  "customer.time_zone": "Time zone", satisfaction: "Satisfaction" };
const CHOICES = { degraded: "not known", imputed: "taken from earlier jobs", defaulted: "a default stands in" };

/** A field of a job that came without it, and what was done about that. */
export const gap = ([field, choice]) => [FIELDS[field] || spelled(field.split(".").pop()),
  CHOICES[choice] || spelled(choice)];

const STEPS = [[86400, "day"], [3600, "h"], [60, "min"]];

/** How long ago, in the largest unit that says something. */
export function age(moment, now = Date.now()) {
  const seconds = Math.max(0, (now - new Date(moment)) / 1000);
  const [size, unit] = STEPS.find(([size]) => seconds >= size) || [];
  if (!unit) return "just now";
  const number = Math.floor(seconds / size);
  return unit === "day" ? plural(number, "day") : `${number} ${unit}`;
}

const DAY = { dateStyle: "medium" };
const MOMENT = { dateStyle: "medium", timeStyle: "short" };

export const day = (moment, timeZone) => dated(moment, { ...DAY, timeZone });
export const moment = (at) => dated(at, MOMENT);
export const clock = (at) => dated(at, { timeStyle: "medium" });

function dated(at, how) {
  return at ? new Intl.DateTimeFormat("en-GB", how).format(new Date(at)) : "unknown";
}

export function money({ amount, currency }) {
  return new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(amount);
}

export const number = (value, digits = 0) =>
  new Intl.NumberFormat("en-GB", { maximumFractionDigits: digits }).format(value);

export const percent = (share, digits = 0) => `${number(100 * share, digits)} %`;

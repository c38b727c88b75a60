/** The dashboard: what is measured, as charts, and the alarms. */

import { alarms } from "./alarms.js";
import { get } from "./api.js";
import { chart, figure, inUnit, isKnown, nothing } from "./charts.js";
import { funnel } from "./funnel.js";
import { byId, fill, h } from "./h.js";
import { into } from "./loading.js";
import { operators } from "./shell.js";
import { format, utc, when } from "./times.js";
import { plural, spelled } from "./words.js";

const PERIODS = [1, 7, 30, 90]; // days
const DAY = 86400;

async function start() {
  if (!(await operators(byId("figures")))) return;
  addEventListener("hashchange", show);
  await show();
}

/** The days that the address names. */
function asked() {
  const days = Number(/^#\/days\/(\d+)$/.exec(location.hash)?.[1]);
  return PERIODS.includes(days) ? days : 7;
}

async function show() {
  const days = asked();
  fill(byId("days"), PERIODS.map((one) => h("a", { href: `#/days/${one}`, "aria-current": one === days && "true" },
    one === 1 ? "1 day" : plural(one, "day"))));
  await into(byId("figures"), async () => page(await get(["figures"], { days })));
}

function page(found) {
  const again = h("button", { type: "button", class: "quiet", onclick: show }, "Look again");
  const read = h("p", { class: "muted choices" },
    h("span", {}, "Until ", when(new Date().toISOString()), found.period_seconds >= DAY && ", by days of UTC"), again);
  return [alarms(found.alarms), read, h("div", { class: "charts" },
    found.charts.map((one) => drawn(one, found.period_seconds)))];
}

function drawn(one, period) {
  if (one.kind === "funnel") return funnel(one.title, grouped(one.series));
  if (one.kind === "number") return figures(one);
  const points = one.series[0]?.points ?? [];
  const limits = isKnown(one.threshold) ? [{ value: one.threshold, name: `alarm: ${inUnit(one.unit)(one.threshold)}` }]
    : [];
  return chart({
    ...one, limits, labels: points.map(([at]) => short(at, period)), heads: points.map(([at]) => full(at, period)),
    series: one.series.map(({ label, points }) => ({ label, values: points.map(([, value]) => value) })),
  });
}

/** A day of UTC is named as such; an hour is the reader's. */
const short = (at, period) => (period >= DAY ? format({ day: "numeric", month: "short", timeZone: "UTC" }, at)
  : format({ hour: "2-digit", minute: "2-digit" }, at));
const full = (at, period) => (period >= DAY ? format({ dateStyle: "medium", timeZone: "UTC" }, at)
  : `${format({ dateStyle: "medium", timeStyle: "short" }, at)} (${utc(at)})`);

function figures({ title, unit, series }) {
  const known = series.filter(({ points }) => isKnown(points[0]?.[1]));
  const value = ({ label, points }) => h("p", {}, h("strong", { class: "big" }, inUnit(unit)(points[0][1])), " ",
    h("span", { class: "muted" }, label));
  return figure(title, "", known.length ? known.map(value) : nothing());
}

/** One funnel; or one for each version, where the steps are called "writer 3 drafted". */
function grouped(series) {
  const parts = new Map();
  for (const { label, points } of series) {
    const [, of, step] = /^(.* \d+) (\S+)$/.exec(label) || [null, "", label];
    parts.set(of, [...(parts.get(of) || []), [spelled(step), points[0]?.[1]]]);
  }
  return [...parts].map(([label, steps]) => ({ label, steps }));
}

start();

/** Where a value stands on an axis, and which values are named there; pure. */

const STEPS = [1, 2, 5, 10];

/** Round values from at most ``low`` to at least ``high``, about so many and ``least`` apart. */
export function ticks(low, high, count = 5, least = 0) {
  const span = high - low || Math.abs(high) || 1;
  const raw = span / count;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(least, STEPS.find((one) => one * size >= raw * 0.999) * size);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil(high / step - 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, at) => tidy((first + at) * step));
}

/** From a range of values to a range of pixels. */
export function scale([low, high], [start, end]) {
  const span = high - low || 1;
  return (value) => start + ((value - low) / span) * (end - start);
}

/** At most so many of these, evenly spread, the last one among them. */
export function some(items, most) {
  const step = Math.max(1, Math.ceil(items.length / Math.max(1, most)));
  return items.map((item, at) => [item, at]).filter(([, at]) => (items.length - 1 - at) % step === 0);
}

const tidy = (value) => Number(value.toPrecision(12));

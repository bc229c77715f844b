const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The spans a trend can be looked at, by the name they have in the address. */
export const RANGES = [
  { name: '15min', words: '15 min', ms: 15 * MINUTE_MS },
  { name: '8h', words: '8 h', ms: 8 * HOUR_MS },
  { name: '24h', words: '24 h', ms: DAY_MS },
  { name: '7d', words: '7 d', ms: 7 * DAY_MS },
  { name: '30d', words: '30 d', ms: 30 * DAY_MS },
] as const;

export type Range = (typeof RANGES)[number];

/** @returns the range of that name; the shortest when there is none. */
export const rangeNamed = (name: string | null): Range =>
  RANGES.find((range) => range.name === name) ?? RANGES[0];

/**
 * What a chart shows: the last so many milliseconds, moving with the time, or a fixed stretch that someone zoomed to.
 * `asOf` is when history was (to be) asked for; what came later comes live.
 */
export type View =
  { kind: 'live'; rangeMs: number; asOf: number } | { kind: 'fixed'; from: number; to: number };

/** Pixel columns of equal width on a grid that is the same for every asker: live readings fall into the same columns. */
export interface Grid {
  from: number;
  to: number;
  columnMs: number;
  points: number;
}

const MAX_POINTS = 2_000;

/** @param widthPx how wide the plot is; @returns the grid whose columns are at least a pixel wide. */
export function gridFor(view: View, widthPx: number): Grid {
  const spanMs = view.kind === 'live' ? view.rangeMs : view.to - view.from;
  const columnMs = Math.max(1, Math.ceil(spanMs / Math.max(1, Math.min(MAX_POINTS, widthPx))));
  const end = view.kind === 'live' ? view.asOf : view.to;
  const to = (Math.floor(end / columnMs) + 1) * columnMs;
  const points = Math.ceil(spanMs / columnMs) + 1;
  return { from: to - points * columnMs, to, columnMs, points };
}

const SHORTEST_MS = 10_000;

/** @returns the view moved by a share of its span (−0.5: half a span earlier), never into the future. */
export function pan(view: View, share: number, now: number): View {
  const { from, to } = edges(view, now);
  const by = Math.min((to - from) * share, now - to);
  return { kind: 'fixed', from: from + by, to: to + by };
}

/** @returns the view zoomed about its middle; `factor` 0.5 shows half the span. */
export function zoom(view: View, factor: number, now: number): View {
  const { from, to } = edges(view, now);
  const half = Math.max(SHORTEST_MS, (to - from) * factor) / 2;
  const middle = (from + to) / 2;
  return { kind: 'fixed', from: middle - half, to: Math.min(now, middle + half) };
}

/** @returns where the view begins and ends now. */
export const edges = (view: View, now: number): { from: number; to: number } =>
  view.kind === 'live' ? { from: now - view.rangeMs, to: now } : { from: view.from, to: view.to };

/** How many intervals a median is taken of where an hour has fewer of its own. */
export const SAMPLE_SIZE = 5;

/** Nothing shorter than this is a gap, unless people declared so. */
export const LEAST_ALLOWED_US = 3_000_000;

/** @returns the distances between neighbours of a list that ascends. */
export function intervalsOf(times: readonly number[]): number[] {
  return times.slice(1).map((time, i) => time - (times[i] ?? time));
}

/** @returns the lower of the middle two where there are two, like `percentile_disc(0.5)`; null of nothing. */
export function lowerMedian(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? null;
}

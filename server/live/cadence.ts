/**
 * How often a signal speaks, from the intervals between its last readings. The median, so that one pause or one burst
 * does not move the limit at which its value turns stale.
 */
export interface Cadence {
  add(intervalMs: number): void;
  /** null before the second reading. */
  medianMs(): number | null;
}

const INTERVALS = 15;

export function createCadence(): Cadence {
  const intervals: number[] = [];
  let next = 0;
  let median: number | null = null;
  return {
    add(intervalMs) {
      intervals[next] = intervalMs;
      next = (next + 1) % INTERVALS;
      median = null;
    },
    medianMs() {
      if (intervals.length === 0) return null;
      median ??= medianOf(intervals);
      return median;
    },
  };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? 0;
  if (sorted.length % 2 === 1) return upper;
  return ((sorted[(sorted.length >> 1) - 1] ?? upper) + upper) / 2;
}

export const LEAST_STALE_AFTER_MS = 3000;

/** Declared by people, else three times the median interval, at least 3 s (DESIGN §5). */
export function staleAfterMs(declaredMs: number | null, cadence: Cadence): number {
  return declaredMs ?? Math.max(LEAST_STALE_AFTER_MS, 3 * (cadence.medianMs() ?? 0));
}

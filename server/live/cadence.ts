/**
 * How often a signal speaks, from the times of its last readings, late ones in their place. The median of the
 * intervals, so that one pause or one burst does not move the limit at which its value turns stale.
 */
export interface Cadence {
  add(atMicros: number): void;
  /** null before the second reading. */
  medianMs(): number | null;
}

const INTERVALS = 15;
/** What a signal did longer ago, before its latest, tells nothing of how it speaks now. */
const WITHIN_MICROS = 86_400_000_000;

export function createCadence(): Cadence {
  /** Ascending. */
  const times: number[] = [];
  let median: number | null = null;
  return {
    add(atMicros) {
      const after = times.findLastIndex((time) => time <= atMicros);
      if (times[after] === atMicros || (after === -1 && times.length > INTERVALS)) return;
      times.splice(after + 1, 0, atMicros);
      if (times.length > INTERVALS + 1) times.shift();
      median = null;
    },
    medianMs() {
      if (times.length < 2) return null;
      median ??= medianInterval(times) / 1000;
      return median;
    },
  };
}

function medianInterval(times: readonly number[]): number {
  const latest = times.at(-1) ?? 0;
  const intervals = times
    .slice(1)
    .map((time, i) => time - (times[i] ?? time))
    .filter((_, i) => (times[i] ?? 0) >= latest - WITHIN_MICROS)
    .sort((a, b) => a - b);
  const upper = intervals[intervals.length >> 1] ?? 0;
  if (intervals.length % 2 === 1) return upper;
  return ((intervals[(intervals.length >> 1) - 1] ?? upper) + upper) / 2;
}

export const LEAST_STALE_AFTER_MS = 3000;

/** Declared by people, else three times the median interval, at least 3 s (DESIGN §5). */
export function staleAfterMs(declaredMs: number | null, cadence: Cadence): number {
  return declaredMs ?? Math.max(LEAST_STALE_AFTER_MS, 3 * (cadence.medianMs() ?? 0));
}

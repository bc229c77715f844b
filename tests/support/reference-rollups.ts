import type { TestReading } from './equipment.ts';
import { referenceHistory } from './reference-history.ts';

const WIDTHS = { reading_1m: 60_000_000, reading_1h: 3_600_000_000, reading_1d: 86_400_000_000 };

export interface ReferenceRow {
  us: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  first: number;
  last: number;
  covered_ms: number;
  integral: number;
  rise: number;
}

/** Rollups the slow way, from all rows of a signal at once, after docs/decisions/013-rollups.md. */
export function referenceRollups(readings: readonly TestReading[], declaredMs: number | null) {
  const usable = readings.filter((reading) => reading.value !== null && reading.quality !== 2);
  const first = usable[0];
  const last = usable.at(-1);
  if (first === undefined || last === undefined) return { tiers: null, gaps: [] };
  const asked = { from: first.atMicros, to: last.atMicros + 1, points: 1, nowMicros: 0, declaredMs };
  const { gaps } = referenceHistory(readings, asked);
  const isGap = new Set(gaps.map(([from]) => from));
  const tiers = Object.fromEntries(
    Object.entries(WIDTHS).map(([tier, width]) => [tier, bucketsOf(usable, width, isGap)]),
  );
  return { tiers, gaps };
}

function bucketsOf(usable: readonly TestReading[], width: number, isGap: ReadonlySet<number>) {
  const rows = new Map<number, ReferenceRow>();
  usable.forEach(({ atMicros, value }, i) => {
    const us = Math.floor(atMicros / width) * width;
    const v = value!;
    const row = rows.get(us);
    if (row === undefined) {
      const fresh = { count: 1, sum: v, min: v, max: v, first: v, last: v };
      rows.set(us, { us, ...fresh, covered_ms: 0, integral: 0, rise: 0 });
      return;
    }
    const before = usable[i - 1]!;
    row.count += 1;
    row.sum += v;
    row.min = Math.min(row.min, v);
    row.max = Math.max(row.max, v);
    row.last = v;
    row.rise += v >= before.value! ? v - before.value! : Math.max(v, 0);
    if (!isGap.has(before.atMicros)) {
      row.covered_ms += (atMicros - before.atMicros) / 1000;
      row.integral += (before.value! * (atMicros - before.atMicros)) / 1e6;
    }
  });
  return [...rows.values()];
}

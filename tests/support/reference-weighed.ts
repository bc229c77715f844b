import type { TestReading } from './equipment.ts';

/** Means and growth of columns the slow way: every interval against every column. */
export function referenceWeighed(
  readings: readonly TestReading[],
  gaps: readonly (readonly [number, number])[],
  asked: { from: number; to: number; points: number; nowMicros: number },
) {
  const usable = readings.filter((reading) => reading.value !== null && reading.quality !== 2);
  const { from, to, points } = asked;
  const width = (to - from) / points;
  const covered = new Array<number>(points).fill(0);
  const integral = new Array<number>(points).fill(0);
  const delta = new Array<number>(points).fill(0);
  usable.forEach(({ atMicros, value }, i) => {
    const next = usable[i + 1];
    const end = Math.min(next?.atMicros ?? asked.nowMicros, to);
    const isGap = gaps.some(([a, b]) => Math.max(a, atMicros) < Math.min(b, end));
    const firstColumn = Math.max(0, Math.floor((atMicros - from) / width));
    for (let c = firstColumn; !isGap && c < points && from + c * width < end; c++) {
      const held = Math.min(end, from + (c + 1) * width) - Math.max(atMicros, from + c * width);
      if (held <= 0) continue;
      covered[c]! += held;
      integral[c]! += (value! * held) / 1e6;
    }
    if (next === undefined || next.atMicros < from || next.atMicros >= to) return;
    const column = Number((BigInt(next.atMicros - from) * BigInt(points)) / BigInt(to - from));
    delta[column]! += next.value! >= value! ? next.value! - value! : Math.max(next.value!, 0);
  });
  return { delta, mean: integral.map((sum, c) => (covered[c]! === 0 ? null : sum / (covered[c]! / 1e6))) };
}

import type { TestReading } from './equipment.ts';

const HOUR_US = 3_600_000_000;

/**
 * History the slow way, over all rows of a signal at once and one hour after another: what the rule of docs/api.md says,
 * written apart from the code that it is held against.
 */
export function referenceHistory(
  readings: readonly TestReading[],
  asked: { from: number; to: number; points: number; nowMicros: number; declaredMs: number | null },
) {
  const { from, to, points } = asked;
  const usable = readings.filter((reading) => reading.value !== null && reading.quality !== 2);
  const times = usable.map((reading) => reading.atMicros);
  const storedInHour = new Map<number, number>();
  for (const { atMicros } of readings) {
    const hour = Math.floor(atMicros / HOUR_US);
    storedInHour.set(hour, (storedInHour.get(hour) ?? 0) + 1);
  }
  const intervals: { end: number; length: number }[] = [];
  for (let i = 1; i < times.length; i++)
    intervals.push({ end: times[i]!, length: times[i]! - times[i - 1]! });
  const inHour = new Map<number, number[]>();
  for (const { end, length } of intervals) {
    const hour = Math.floor(end / HOUR_US);
    const lengths = inHour.get(hour);
    if (lengths) lengths.push(length);
    else inHour.set(hour, [length]);
  }

  const silences = new Map<number, number>();
  function longestSilence(after: number): number {
    const hour = Math.floor(after / HOUR_US);
    const silence = silences.get(hour) ?? ofHour(hour);
    silences.set(hour, silence);
    return silence;
  }

  function ofHour(hour: number): number {
    if (asked.declaredMs !== null) return asked.declaredMs * 1000;
    if ((storedInHour.get(hour) ?? 0) > 7200) return 3_000_000;
    let sample = inHour.get(hour) ?? [];
    if (sample.length < 5) {
      sample = intervals
        .filter(({ end }) => end < (hour + 1) * HOUR_US)
        .slice(-5)
        .map(({ length }) => length);
    }
    if (sample.length === 0) sample = intervals.slice(0, 5).map(({ length }) => length);
    return fromSample(sample);
  }

  function fromSample(sample: number[]): number {
    if (sample.length === 0) return 3_000_000;
    const ordered = [...sample].sort((a, b) => a - b);
    const median = ordered[Math.floor((ordered.length - 1) / 2)]!;
    return Math.max(3_000_000, 3 * median);
  }

  const gaps: [number, number][] = [];
  const addGap = (begin: number, end: number) => {
    const clipped: [number, number] = [Math.max(begin, from), Math.min(end, to)];
    if (clipped[0] < clipped[1]) gaps.push(clipped);
  };
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) addGap(from, to);
  else if (first > from) {
    const opening = intervals.slice(0, 5).map(({ length }) => length);
    if (first - from > (asked.declaredMs === null ? fromSample(opening) : asked.declaredMs * 1000))
      addGap(from, first);
  }
  for (let i = 1; i < times.length; i++) {
    if (times[i]! - times[i - 1]! > longestSilence(times[i - 1]!)) addGap(times[i - 1]!, times[i]!);
  }
  if (last !== undefined && Math.min(to, asked.nowMicros) - last > longestSilence(last)) addGap(last, to);

  const groups = new Map<number, number[]>();
  for (const { atMicros, value } of usable) {
    if (atMicros < from || atMicros >= to) continue;
    const column = Number((BigInt(atMicros - from) * BigInt(points)) / BigInt(to - from));
    const values = groups.get(column);
    if (values) values.push(value!);
    else groups.set(column, [value!]);
  }
  const columns = [...groups]
    .sort(([a], [b]) => a - b)
    .map(([column, values]) => ({
      at: from + (column * (to - from)) / points,
      figures: {
        min: Math.min(...values),
        max: Math.max(...values),
        first: values[0]!,
        last: values.at(-1)!,
        count: values.length,
      },
    }));
  return { columns, gaps };
}

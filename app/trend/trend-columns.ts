import type { Readings } from '../../contracts/api/readings.ts';
import type { LiveReading } from '../../contracts/live.ts';
import type { Grid } from './ranges.ts';

export interface Column {
  at: number;
  min: number;
  max: number;
  last: number;
}

/** What a chart draws: columns by time, and between which of them nothing is known. */
export interface TrendColumns {
  setHistory(history: Readings): void;
  /** Folds a reading as it comes into the column of its time. */
  add(reading: LiveReading, staleAfterMs: number | null): void;
  columns(): readonly Column[];
  /** Whether nothing is known somewhere between two columns that follow each other. */
  gapBetween(before: Column, after: Column): boolean;
  gaps(): readonly (readonly [number, number])[];
}

/**
 * One signal's columns on one grid: history from the API and live readings folded together, so that where one ends and
 * the other begins cannot be seen. It must never hold more columns than its range has.
 */
export function createTrendColumns({ columnMs, points }: Pick<Grid, 'columnMs' | 'points'>): TrendColumns {
  const byTime = new Map<number, Column>();
  let sorted: Column[] | null = [];
  let gaps: [number, number][] = [];
  /** Up to here the signal has certainly spoken. */
  let spokenUntil: number | null = null;
  /** Readings since the page opened. Those that history holds already change nothing when folded once more. */
  const heard: LiveReading[] = [];

  function fold([, at, value, , min, max]: LiveReading) {
    if (typeof value !== 'number') return;
    const start = Math.floor(at / columnMs) * columnMs;
    const column = byTime.get(start);
    byTime.set(start, {
      at: start,
      min: Math.min(column?.min ?? value, min ?? value, value),
      max: Math.max(column?.max ?? value, max ?? value, value),
      last: value,
    });
    // A gap that was still open when history was asked for ends with the first reading after it.
    gaps = gaps.map(([from, to]) => (from < at && at < to ? [from, at] : [from, to]));
    sorted = null;
  }

  function trim() {
    const oldest = Math.max(...byTime.keys()) - points * columnMs;
    for (const start of byTime.keys()) if (start < oldest) byTime.delete(start);
    gaps = gaps.filter(([, to]) => to >= oldest);
  }

  return {
    setHistory(history) {
      byTime.clear();
      for (const { at, min, max, last } of history.columns) byTime.set(at, { at, min, max, last });
      const firstHeardAt = heard[0]?.[1] ?? Infinity;
      gaps = [...history.gaps, ...gaps.filter(([from]) => from >= firstHeardAt)];
      const newest = history.columns.at(-1);
      if (newest !== undefined) spokenUntil = Math.max(spokenUntil ?? 0, newest.at + columnMs);
      sorted = null;
      heard.forEach(fold);
    },
    add(reading, staleAfterMs) {
      const [, at, value] = reading;
      if (typeof value !== 'number') return;
      if (spokenUntil !== null && staleAfterMs !== null && at - spokenUntil > staleAfterMs)
        gaps.push([spokenUntil, at]);
      spokenUntil = Math.max(spokenUntil ?? at, at);
      heard.push(reading);
      if (heard.length > MAX_HEARD) heard.splice(0, MAX_HEARD / 2);
      fold(reading);
      if (byTime.size > points + SLACK) trim();
    },
    columns: () => (sorted ??= [...byTime.values()].sort((a, b) => a.at - b.at)),
    gapBetween: (before, after) => gaps.some(([from, to]) => from < after.at && to > before.at + columnMs),
    gaps: () => gaps,
  };
}

/** Bounds what is folded again when history comes: enough for a query of minutes at 20 frames a second. */
const MAX_HEARD = 4_000;
/** Old columns go in batches. */
const SLACK = 20;

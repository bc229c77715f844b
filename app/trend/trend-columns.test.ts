import { expect, test } from 'vitest';
import type { Readings } from '../../contracts/api/readings.ts';
import type { LiveReading } from '../../contracts/live.ts';
import { createTrendColumns } from './trend-columns.ts';

const S = 1000;
const T = 1_763_600_000_000;
const columnAt = (second: number, value: number) => ({
  at: T + second * S,
  min: value - 1,
  max: value + 1,
  first: value,
  last: value,
  count: 3,
});
const history = (columns: Readings['columns'], gaps: Readings['gaps'] = []): Readings => ({
  signalId: 1,
  unit: null,
  from: T,
  to: T + 60 * S,
  columns,
  gaps,
  source: 'raw',
});
const reading = (second: number, value: number): LiveReading => [1, T + second * S, value, 'good'];
const create = () => createTrendColumns({ columnMs: 2 * S, points: 30 });
const brokenAt = (trend: ReturnType<typeof create>) => {
  const columns = trend.columns();
  return columns.flatMap((column, i) => {
    const before = columns[i - 1];
    return before !== undefined && trend.gapBetween(before, column) ? [(column.at - T) / S] : [];
  });
};

test('a live reading widens the column that history half filled: there is no seam', () => {
  const trend = create();
  trend.setHistory(history([columnAt(0, 10), columnAt(2, 20)]));
  trend.add(reading(3, 25), 3 * S);
  trend.add(reading(4, 26), 3 * S);
  expect(trend.columns()).toEqual([
    { at: T, min: 9, max: 11, last: 10 },
    { at: T + 2 * S, min: 19, max: 25, last: 25 },
    { at: T + 4 * S, min: 26, max: 26, last: 26 },
  ]);
  expect(brokenAt(trend)).toEqual([]);
});

test('readings heard while history was on its way are there after it came', () => {
  const trend = create();
  trend.add(reading(3, 25), 3 * S);
  trend.add(reading(5, 30), 3 * S);
  trend.setHistory(history([columnAt(0, 10), columnAt(2, 20)]));
  expect(trend.columns().map(({ at, last }) => [(at - T) / S, last])).toEqual([
    [0, 10],
    [2, 25],
    [4, 30],
  ]);
  expect(brokenAt(trend)).toEqual([]);
});

test('the minimum and maximum of a frame are kept beside its last value', () => {
  const trend = create();
  trend.add([1, T, 5, 'good', 2, 9], 3 * S);
  expect(trend.columns()).toEqual([{ at: T, min: 2, max: 9, last: 5 }]);
});

test('a gap of the history breaks the line, columns that are merely sparse do not', () => {
  const trend = create();
  trend.setHistory(history([columnAt(0, 1), columnAt(10, 1), columnAt(20, 1)], [[T + 11 * S, T + 21 * S]]));
  expect(brokenAt(trend)).toEqual([20]);
});

test('live silence longer than the signal allows breaks the line', () => {
  const trend = create();
  trend.setHistory(history([columnAt(0, 1)]));
  trend.add(reading(4, 1), 3 * S);
  trend.add(reading(14, 1), 3 * S);
  expect(brokenAt(trend)).toEqual([14]);
});

test('a gap still open when history was asked for ends with the next reading', () => {
  const trend = create();
  trend.setHistory(history([columnAt(0, 1)], [[T + 1 * S, T + 60 * S]]));
  trend.add(reading(20, 1), 3 * S);
  trend.add(reading(22, 1), 3 * S);
  trend.add(reading(24, 1), 3 * S);
  expect(brokenAt(trend)).toEqual([20]);
});

test('columns that have left the range are let go', () => {
  const trend = create();
  for (let second = 0; second < 600; second += 2) trend.add(reading(second, second), 3 * S);
  expect(trend.columns().length).toBeLessThanOrEqual(51);
  expect(trend.columns().at(-1)?.last).toBe(598);
});

test('a text and a missing value leave the columns alone', () => {
  const trend = create();
  trend.add([1, T, 'jam', 'good'], 3 * S);
  trend.add([1, T, null, 'bad'], 3 * S);
  expect(trend.columns()).toEqual([]);
});

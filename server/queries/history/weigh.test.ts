import { expect, test } from 'vitest';
import type { RolledColumn } from './history-port.ts';
import { createWeigher } from './weigh.ts';

const S = 1_000_000;
const grid = { fromMicros: 100 * S, toMicros: 140 * S, points: 4 };
const never = () => false;

test('a value holds until the next reading, over the edges of columns', () => {
  const weigher = createWeigher(grid, { us: 95 * S, value: 8 }, never);
  weigher.addReading(105 * S, 4);
  weigher.addReading(125 * S, 2);
  weigher.end(140 * S);
  expect([0, 1, 2, 3].map((column) => weigher.of(column).mean)).toEqual([6, 4, 3, 2]);
});

test('over a gap nothing holds, and a column without cover has no mean', () => {
  const weigher = createWeigher(grid, null, (us) => us === 112 * S);
  weigher.addReading(110 * S, 4);
  weigher.addReading(112 * S, 9);
  weigher.addReading(135 * S, 5);
  weigher.end(136 * S);
  expect([0, 1, 2, 3].map((column) => weigher.of(column).mean)).toEqual([null, 4, null, 5]);
});

test('a counter’s growth survives a reset and a silence in which the device was started again', () => {
  const weigher = createWeigher(grid, { us: 99 * S, value: 97 }, (us) => us === 118 * S);
  for (const [second, value] of [
    [101, 99],
    [112, 100],
    [118, 2],
    [131, 7],
    [139, 1],
  ] as const)
    weigher.addReading(second * S, value);
  expect([0, 1, 2, 3].map((column) => weigher.of(column).delta)).toEqual([2, 3, 0, 6]);
  expect(weigher.of(0).rate).toBe(1);
  expect(weigher.of(3).rate).toBe(6 / 21);
});

test('columns from rollups are joined like the readings they were made of', () => {
  const weigher = createWeigher(grid, { us: 99 * S, value: 1 }, never);
  const rolled = (i: number, first: number, last: number, from: number, to: number): RolledColumn => [
    ...([i, 0, 9, first, last, 2, from * S, to * S, (to - from) * S, first * (to - from)] as const),
    ...([last - first, false] as const),
  ];
  weigher.addRolled([rolled(1, 5, 6, 112, 118), rolled(0, 2, 4, 102, 106)]);
  weigher.addReading(125 * S, 7);
  weigher.end(130 * S);
  expect(weigher.of(0).mean).toBeCloseTo((2 * 1 + 4 * 2 + 4 * 4) / 10, 12);
  expect(weigher.of(1).mean).toBeCloseTo((2 * 4 + 6 * 5 + 2 * 6) / 10, 12);
  expect(weigher.of(2)).toMatchObject({ mean: (5 * 6 + 5 * 7) / 10, delta: 1 });
});

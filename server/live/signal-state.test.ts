import { expect, test } from 'vitest';
import { liveReadingSchema } from '../../contracts/live.ts';
import { createTrend } from './trend.ts';
import { applyReading, beginFrame, createSignalState, liveReading } from './signal-state.ts';

const reading = (
  atMs: number,
  value: number | string | null,
  quality: 'good' | 'uncertain' | 'bad' = 'good',
) => ({
  signalId: 1,
  atMicros: atMs * 1000,
  value,
  quality,
});

test('the newest reading by its own time is the latest', () => {
  const signal = createSignalState(1, 'number');
  expect(applyReading(signal, reading(1000, 1), 1)).toBe(true);
  expect(applyReading(signal, reading(3000, 3), 2)).toBe(true);
  expect(applyReading(signal, reading(2000, 2), 3)).toBe(false);
  expect(signal).toMatchObject({ atMicros: 3e6, value: 3, position: 2 });
});

test('of two readings of one time the first wins', () => {
  const signal = createSignalState(1, 'number');
  applyReading(signal, reading(1000, 1), 1);
  expect(applyReading(signal, reading(1000, 2), 2)).toBe(false);
  expect(signal).toMatchObject({ value: 1, position: 1 });
});

test('a number wins over a text of the same time, in either order', () => {
  const one = createSignalState(1, 'number');
  applyReading(one, reading(1000, 'x'), 1);
  applyReading(one, reading(1000, 5), 2);
  const two = createSignalState(1, 'number');
  applyReading(two, reading(1000, 5), 1);
  applyReading(two, reading(1000, 'x'), 2);
  expect(one.value).toBe(5);
  expect(two.value).toBe(5);
});

test('meeting the loaded reading again in the ledger tells its position', () => {
  const signal = createSignalState(1, 'number');
  applyReading(signal, reading(1000, 1), 0);
  expect(applyReading(signal, reading(1000, 1), 42)).toBe(false);
  expect(signal.position).toBe(42);
});

test('a frame carries the latest, and min and max only where they differ', () => {
  const signal = createSignalState(1, 'number');
  for (const [at, value] of [
    [1000, 5],
    [1100, 9],
    [1200, 2],
    [1300, 4],
  ] as const)
    applyReading(signal, reading(at, value), 1);
  expect(liveReadingSchema.parse(liveReading(signal))).toEqual([1, 1300, 4, 'good', 2, 9]);
  beginFrame(signal);
  applyReading(signal, reading(1400, 6), 2);
  expect(liveReading(signal)).toEqual([1, 1400, 6, 'good']);
});

test('min and max hold readings that come disordered within a frame, and no late ones', () => {
  const signal = createSignalState(1, 'number');
  applyReading(signal, reading(1000, 5), 1);
  beginFrame(signal);
  applyReading(signal, reading(1300, 4), 2);
  applyReading(signal, reading(1200, 8), 2);
  applyReading(signal, reading(900, 99), 2);
  expect(liveReading(signal)).toEqual([1, 1300, 4, 'good', 4, 8]);
});

test('bad values are shown as they are and stay out of min, max and trend', () => {
  const signal = { ...createSignalState(1, 'number'), trend: createTrend() };
  applyReading(signal, reading(1000, 5), 1);
  applyReading(signal, reading(1100, 900, 'bad'), 1);
  applyReading(signal, reading(1200, null, 'bad'), 1);
  expect(liveReadingSchema.parse(liveReading(signal))).toEqual([1, 1200, null, 'bad']);
  expect(signal.trend?.values(1200).at(-1)).toBe(5);
});

test('a text is the latest like a number', () => {
  const signal = createSignalState(1, 'number');
  applyReading(signal, reading(1000, 'open'), 1);
  expect(liveReading(signal)).toEqual([1, 1000, 'open', 'good']);
});

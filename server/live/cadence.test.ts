import { expect, test } from 'vitest';
import { createCadence, staleAfterMs } from './cadence.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);

/** A signal that spoke at these seconds. */
function cadenceOf(seconds: readonly number[]) {
  const cadence = createCadence();
  for (const second of seconds) cadence.add((BEGIN + second * 1000) * 1000);
  return cadence;
}

const every = (seconds: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => from + i * seconds);

test('a signal that has spoken once is stale after 3 s', () => {
  expect(cadenceOf([7]).medianMs()).toBeNull();
  expect(staleAfterMs(null, cadenceOf([7]))).toBe(3000);
});

test('a value turns stale after three times the median interval', () => {
  expect(staleAfterMs(null, cadenceOf([0, 60, 120, 181]))).toBe(180_000);
});

test('a fast signal is given at least 3 s', () => {
  expect(staleAfterMs(null, cadenceOf([0, 0.02, 0.04, 0.06]))).toBe(3000);
});

test('one long pause does not move the limit', () => {
  expect(staleAfterMs(null, cadenceOf([0, 2, 4, 904, 906, 908]))).toBe(6000);
});

test('the median of an even number of intervals lies between the middle two', () => {
  expect(cadenceOf([0, 1, 3, 7, 15]).medianMs()).toBe(3000);
});

test('only the last 15 intervals count', () => {
  expect(cadenceOf([...every(60, 40), ...every(5, 15, 39 * 60 + 5)]).medianMs()).toBe(5000);
});

test('readings in disorder count as if they had come in order, repeated ones once', () => {
  const ordered = cadenceOf([0, 10, 20, 30, 40]);
  expect(cadenceOf([40, 0, 20, 20, 30, 10, 40]).medianMs()).toBe(ordered.medianMs());
});

test('late readings from before the last 16 change nothing', () => {
  expect(cadenceOf([...every(5, 16, 1000), 1, 2, 3]).medianMs()).toBe(5000);
});

test('how a signal spoke before a pause of more than a day does not count', () => {
  const day = 86_400;
  expect(cadenceOf([0, 1, 2, 3, 4, 2 * day, 2 * day + 60]).medianMs()).toBe(60_000);
  expect(cadenceOf([0, 2 * day]).medianMs()).toBe(0);
});

test('what people declare wins', () => {
  expect(staleAfterMs(500, cadenceOf([0, 60]))).toBe(500);
});

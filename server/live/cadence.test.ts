import { expect, test } from 'vitest';
import { createCadence, staleAfterMs } from './cadence.ts';

function cadenceOf(intervals: readonly number[]) {
  const cadence = createCadence();
  for (const interval of intervals) cadence.add(interval);
  return cadence;
}

test('a signal that has spoken once is stale after 3 s', () => {
  expect(cadenceOf([]).medianMs()).toBeNull();
  expect(staleAfterMs(null, cadenceOf([]))).toBe(3000);
});

test('a value turns stale after three times the median interval', () => {
  expect(staleAfterMs(null, cadenceOf([60_000, 60_000, 61_000]))).toBe(180_000);
});

test('a fast signal is given at least 3 s', () => {
  expect(staleAfterMs(null, cadenceOf([20, 20, 20]))).toBe(3000);
});

test('one long pause does not move the limit', () => {
  expect(staleAfterMs(null, cadenceOf([2000, 2000, 900_000, 2000, 2000]))).toBe(6000);
});

test('the median of an even number of intervals lies between the middle two', () => {
  expect(cadenceOf([1000, 2000, 4000, 8000]).medianMs()).toBe(3000);
});

test('only the last 15 intervals count', () => {
  const cadence = cadenceOf(Array.from({ length: 40 }, () => 60_000));
  for (let i = 0; i < 15; i++) cadence.add(5000);
  expect(cadence.medianMs()).toBe(5000);
});

test('what people declare wins', () => {
  expect(staleAfterMs(500, cadenceOf([60_000]))).toBe(500);
});

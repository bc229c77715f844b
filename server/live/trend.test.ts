import { expect, test } from 'vitest';
import { createTrend, TREND_STEP_MS, TREND_STEPS } from './trend.ts';

const NOW = Date.UTC(2026, 10, 20, 12);

test('a trend is 60 steps that end with the present one, null where nothing was read', () => {
  const trend = createTrend();
  trend.put(NOW, 7);
  trend.put(NOW - 2 * TREND_STEP_MS, 5);
  const values = trend.values(NOW + 100);
  expect(values).toHaveLength(TREND_STEPS);
  expect(values.slice(-4)).toEqual([null, 5, null, 7]);
});

test('a step keeps its last value by time, not by arrival', () => {
  const trend = createTrend();
  trend.put(NOW + 9000, 9);
  trend.put(NOW + 4000, 4);
  trend.put(NOW + 9000, 10);
  expect(trend.values(NOW).at(-1)).toBe(9);
});

test('steps leave the trend as time goes on', () => {
  const trend = createTrend();
  trend.put(NOW, 1);
  expect(trend.values(NOW + 59 * TREND_STEP_MS)[0]).toBe(1);
  expect(trend.values(NOW + 60 * TREND_STEP_MS).every((value) => value === null)).toBe(true);
});

test('a reading from years ago leaves the present steps alone', () => {
  const trend = createTrend();
  for (let i = 0; i < TREND_STEPS; i++) trend.put(NOW - i * TREND_STEP_MS, i);
  trend.put(Date.UTC(2009, 0, 1), 99);
  expect(trend.values(NOW)).toEqual(Array.from({ length: TREND_STEPS }, (_, i) => TREND_STEPS - 1 - i));
});

test('readings five minutes ahead leave the oldest steps alone', () => {
  const trend = createTrend();
  trend.put(NOW - 59 * TREND_STEP_MS, 1);
  for (let ahead = 0; ahead <= 20; ahead++) trend.put(NOW + ahead * TREND_STEP_MS, 2);
  expect(trend.values(NOW)[0]).toBe(1);
});

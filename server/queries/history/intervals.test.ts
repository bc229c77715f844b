import { expect, test } from 'vitest';
import { hourCeiling, hourOf, HOUR_US } from './hour.ts';
import { intervalsOf, lowerMedian } from './intervals.ts';

test('intervals are the distances between neighbours', () => {
  expect(intervalsOf([])).toEqual([]);
  expect(intervalsOf([5])).toEqual([]);
  expect(intervalsOf([5, 7, 12])).toEqual([2, 5]);
});

test.each([
  [[], null],
  [[4], 4],
  [[9, 1], 1],
  [[9, 1, 4], 4],
  [[10, 9, 8, 1], 8],
])('the lower median of %j is %j', (values, median) => {
  expect(lowerMedian(values)).toBe(median);
});

test('an hour holds its beginning and not its end', () => {
  expect(hourOf(HOUR_US)).toBe(HOUR_US);
  expect(hourOf(2 * HOUR_US - 1)).toBe(HOUR_US);
  expect(hourCeiling(HOUR_US)).toBe(HOUR_US);
  expect(hourCeiling(HOUR_US + 1)).toBe(2 * HOUR_US);
});

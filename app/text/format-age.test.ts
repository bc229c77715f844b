import { expect, test } from 'vitest';
import { formatAge, formatDuration } from './format-age.ts';

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_599_000, '59 min'],
  [3_600_000, '1 h'],
  [86_400_000, '1 d'],
  [250_000_000_000, '7 y'],
])('an age of %d ms reads %s', (ms, text) => {
  expect(formatAge(ms)).toBe(text);
});

test.each([
  [42_000, '42 s'],
  [8_280_000, '2 h 18 min'],
  [7_200_000, '2 h'],
  [273_600_000, '3 d 4 h'],
  [12 * 86_400_000 + 3_600_000, '12 d'],
])('a duration of %d ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

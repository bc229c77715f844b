import { expect, test } from 'vitest';
import { decimalsFor, formatNumber, formatShort } from './format-number.ts';

test.each([
  [71.234, [], '71.2'],
  [9.8, [10.4, null], '9.8'],
  [9.876, [8.1], '9.88'],
  [41_280, [], '41,280'],
  [1240.6, [], '1,241'],
  [-0.25, [], '−0.250'],
  [310.8, [99.2], '311'],
  [3, [2, 1], '3'],
  [0, [], '0'],
  [0.000_01, [], '1.00 e−5'],
  [1e12, [], '1.00 e+12'],
])('%d shown beside %j reads %s', (value, near, text) => {
  expect(formatNumber(value, decimalsFor(value, near))).toBe(text);
});

test.each([
  [99_999, '99,999'],
  [128_400, '128k'],
  [12_540_000, '12.5M'],
  [-128_400, '−128k'],
])('a tile shows %d as %s', (value, text) => {
  expect(formatShort(value, 0)).toBe(text);
});

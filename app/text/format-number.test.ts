import { expect, test } from 'vitest';
import { decimalsFor, formatNumber } from './format-number.ts';

test.each([
  [71.234, [], '71.2'],
  [9.8, [10.4, null], '9.8'],
  [9.876, [8.1], '9.88'],
  [41_280, [], '41,280'],
  [1240.6, [], '1,241'],
  [-0.25, [], '−0.250'],
  [3, [2, 1], '3'],
  [0, [], '0'],
  [0.000_01, [], '1.00 e−5'],
  [1e12, [], '1.00 e+12'],
])('%d shown beside %j reads %s', (value, near, text) => {
  expect(formatNumber(value, decimalsFor(value, near))).toBe(text);
});

import { expect, test } from 'vitest';
import { epochUnitOf, microsOfEpoch, unitOfHeader } from './number-time.ts';
import { createTimeParser } from './time-reading.ts';

test.each([
  ['time_h', 'h'],
  ['t [ms]', 'ms'],
  ['elapsed (min)', 'min'],
  ['hours', 'h'],
  ['Time.s', 's'],
  ['day', 'd'],
  ['date', null],
  ['ms_total', null],
  ['class', null],
])('the header "%s" tells the unit %s', (header, unit) => {
  expect(unitOfHeader(header)).toBe(unit);
});

test('numbers outside 2000 to 2100 are no epoch', () => {
  expect(epochUnitOf(0, 50)).toBeNull();
  expect(epochUnitOf(20_180_101, 20_181_231)).toBeNull();
  expect(epochUnitOf(1_514_764_800, 1_546_300_800)).toBe('s');
});

test('nanoseconds beyond 2^53 are cut to the exact microsecond', () => {
  const cell = '1514764800123456789';
  expect(microsOfEpoch(cell, Number(cell), 'ns')).toBe(1_514_764_800_123_456);
});

test('hours with five decimals become the exact microsecond', () => {
  const parser = createTimeParser({ kind: 'offset', unit: 'h', startMicros: 0 }, 'point');
  expect(parser.parse('0.16667', 0)).toBe(600_012_000);
  expect(parser.parse('49.83333', 0)).toBe(179_399_988_000);
  expect(parser.parse('', 0)).toBeNull();
});

test('row numbers count from the start', () => {
  const parser = createTimeParser({ kind: 'row', unit: 's', startMicros: 5_000_000 }, 'point');
  expect([0, 1, 2].map((row) => parser.parse('', row))).toEqual([5_000_000, 6_000_000, 7_000_000]);
});

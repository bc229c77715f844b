import { expect, test } from 'vitest';
import { sparkPath } from './spark-path.ts';

test('nothing known draws nothing', () => {
  expect(sparkPath([null, null])).toBe('');
});

test('values span the height, the highest on top', () => {
  expect(sparkPath([0, 10, 5])).toBe('M0 18.0h0L1 2.0L2 10.0');
});

test('a constant runs through the middle, and noise of a thousandth stays small', () => {
  expect(sparkPath([7, 7])).toBe('M0 10.0h0L1 10.0');
  expect(sparkPath([1000, 1001])).toBe('M0 11.6h0L1 8.4');
});

test('a minute without a value is bridged, longer silence breaks the line', () => {
  const gap = (length: number) => [1, ...Array<null>(length).fill(null), 2];
  expect(sparkPath(gap(4))).toBe('M0 18.0h0L5 2.0');
  expect(sparkPath(gap(6))).toBe('M0 18.0h0M7 2.0h0');
});

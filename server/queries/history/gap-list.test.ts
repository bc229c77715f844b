import { expect, test } from 'vitest';
import { createGapList } from './gap-list.ts';

test('gaps are cut to the range, and those beside it are left out', () => {
  const list = createGapList(100, 200, 10);
  list.add([150, 160]);
  list.add([50, 110]);
  list.add([190, 300]);
  list.add([20, 100]);
  list.add([200, 210]);
  expect(list.result()).toEqual({
    gaps: [
      [100, 110],
      [150, 160],
      [190, 200],
    ],
    omitted: 0,
  });
});

test('of too many gaps the longest stay, by time, and the others are counted', () => {
  const list = createGapList(0, 1_000_000, 3);
  for (let i = 0; i < 1000; i++) list.add([i * 100, i * 100 + 1 + ((i * 37) % 90)]);
  list.add([500_000, 600_000]);
  list.add([700_000, 700_099]);
  const { gaps, omitted } = list.result();
  expect(gaps).toHaveLength(3);
  expect(omitted).toBe(999);
  expect(gaps.slice(-2)).toEqual([
    [500_000, 600_000],
    [700_000, 700_099],
  ]);
});

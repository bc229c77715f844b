import { expect, test } from 'vitest';
import { createRate } from './rate.ts';

test('a rate is the mean over its window, or over what there is of it', () => {
  const rate = createRate(3);
  expect([10, 20, 30, 30, 30, 30].map((total) => rate.tick(total))).toEqual([10, 10, 10, 20 / 3, 10 / 3, 0]);
});

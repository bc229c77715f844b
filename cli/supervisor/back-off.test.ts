import { expect, test } from 'vitest';
import { backOffMs } from './back-off.ts';

test('a process that keeps dying is started again later each time, but within five seconds', () => {
  const waits: number[] = [];
  let waited: number | null = null;
  for (let death = 0; death < 7; death++) {
    waited = backOffMs(waited, 100);
    waits.push(waited);
  }
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
});

test('a process that ran well for a minute is started again at once as on its first death', () => {
  expect(backOffMs(4000, 60_000)).toBe(250);
  expect(backOffMs(4000, 59_999)).toBe(5000);
});

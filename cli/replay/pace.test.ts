import { expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { createPace } from './pace.ts';

async function settle() {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

test('rows take their turn in file time divided by the speed, and steps back go at once', async () => {
  const clock = createFakeClock();
  const pace = createPace({ clock, speed: 60, stop: new AbortController().signal });
  const passed: string[] = [];
  void (async () => {
    for (const [name, minutes] of [
      ['a', 0],
      ['b', 15],
      ['c', 5],
      ['d', 30],
    ] as const) {
      await pace.turn(1e15 + minutes * 60e6);
      passed.push(name);
    }
  })();
  await settle();
  expect(passed).toEqual(['a']);
  clock.advance(14_999);
  await settle();
  expect(passed).toEqual(['a']);
  clock.advance(1);
  await settle();
  expect(passed).toEqual(['a', 'b', 'c']);
  clock.advance(15_000);
  await settle();
  expect(passed).toEqual(['a', 'b', 'c', 'd']);
});

test('stopping wakes a row that waits for a year', async () => {
  const stop = new AbortController();
  const pace = createPace({ clock: createFakeClock(), speed: 1, stop: stop.signal });
  await pace.turn(0);
  const waiting = pace.turn(365 * 86_400e6);
  stop.abort();
  await expect(waiting).resolves.toBeUndefined();
});

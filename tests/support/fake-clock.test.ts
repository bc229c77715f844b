import { expect, test } from 'vitest';
import { createFakeClock } from './fake-clock.ts';

test('timers run in order of their time, each at its own moment, those set meanwhile included', () => {
  const clock = createFakeClock(1_000);
  const seen: [string, number][] = [];
  clock.after(30, () => seen.push(['late', clock.now()]));
  clock.after(10, () => {
    seen.push(['early', clock.now()]);
    clock.after(5, () => seen.push(['nested', clock.now()]));
  });
  clock.advance(40);
  expect(seen).toEqual([
    ['early', 1_010],
    ['nested', 1_015],
    ['late', 1_030],
  ]);
  expect(clock.now()).toBe(1_040);
});

test('a cancelled timer never runs', () => {
  const clock = createFakeClock();
  let ran = false;
  const cancel = clock.after(10, () => {
    ran = true;
  });
  cancel();
  clock.advance(100);
  expect(ran).toBe(false);
  expect(clock.pending()).toBe(0);
});

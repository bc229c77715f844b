import { expect, test } from 'vitest';
import { createFakeClock } from '../../../tests/support/fake-clock.ts';
import { startTicker } from './ticker.ts';

const START_MS = Date.UTC(2026, 10, 20, 12) + 340;
const START_S = Math.floor(START_MS / 1000);

function tick(startMs = START_MS) {
  const clock = createFakeClock(startMs);
  const seconds: { atS: number; nowMs: number }[] = [];
  const skipped: { fromS: number; toS: number }[] = [];
  const stop = startTicker({
    clock,
    fromS: START_S,
    onSecond: (atS) => seconds.push({ atS, nowMs: clock.now() }),
    onSkipped: (gap) => skipped.push(gap),
  });
  return { clock, seconds, skipped, stop };
}

test('each second is run once, when it comes', () => {
  const { clock, seconds } = tick();
  clock.advance(3_000);
  expect(seconds).toEqual([
    { atS: START_S, nowMs: START_MS },
    { atS: START_S + 1, nowMs: (START_S + 1) * 1000 },
    { atS: START_S + 2, nowMs: (START_S + 2) * 1000 },
    { atS: START_S + 3, nowMs: (START_S + 3) * 1000 },
  ]);
});

test('a process held up for some seconds catches up with each of them', () => {
  const clock = createFakeClock(START_MS);
  const late: { run: () => void }[] = [];
  const seconds: number[] = [];
  const held = {
    now: () => clock.now(),
    after: (_ms: number, run: () => void) => (late.push({ run }), () => undefined),
  };
  startTicker({
    clock: held,
    fromS: START_S,
    onSecond: (atS) => seconds.push(atS),
    onSkipped: () => seconds.push(-1),
  });
  clock.advance(5_000);
  late[0]?.run();
  expect(seconds).toEqual([0, 1, 2, 3, 4, 5].map((s) => START_S + s));
});

test('a machine that was asleep names what it missed and goes on with now', () => {
  const clock = createFakeClock(START_MS);
  const late: { run: () => void }[] = [];
  const seconds: number[] = [];
  const skipped: unknown[] = [];
  const asleep = {
    now: () => clock.now(),
    after: (_ms: number, run: () => void) => (late.push({ run }), () => undefined),
  };
  startTicker({
    clock: asleep,
    fromS: START_S,
    onSecond: (atS) => seconds.push(atS),
    onSkipped: (gap) => skipped.push(gap),
  });
  clock.advance(3_600_000);
  late[0]?.run();
  expect(skipped).toEqual([{ fromS: START_S + 1, toS: START_S + 3600 }]);
  expect(seconds).toEqual([START_S, START_S + 3600]);
});

test('after it is stopped nothing runs', () => {
  const { clock, seconds, stop } = tick();
  stop();
  clock.advance(10_000);
  expect(seconds).toHaveLength(1);
  expect(clock.pending()).toBe(0);
});

import type { Clock } from '../../contracts/clock.ts';

export interface FakeClock extends Clock {
  /** Moves time forward and runs what falls due, in order of its time, each at its own moment. */
  advance(ms: number): void;
  /** How many timers wait. */
  pending(): number;
}

/** A clock that stands still until a test moves it; it starts at `startMs` (2026-11-20 12:00 UTC unless given). */
export function createFakeClock(startMs = Date.UTC(2026, 10, 20, 12)): FakeClock {
  let nowMs = startMs;
  let sequence = 0;
  const timers = new Map<number, { dueMs: number; run: () => void }>();

  function nextDue(untilMs: number): number | null {
    let found: number | null = null;
    let foundDueMs = Infinity;
    for (const [id, timer] of timers) {
      if (timer.dueMs <= untilMs && timer.dueMs < foundDueMs) {
        found = id;
        foundDueMs = timer.dueMs;
      }
    }
    return found;
  }

  return {
    now: () => nowMs,
    after: (ms, run) => {
      const id = sequence++;
      timers.set(id, { dueMs: nowMs + Math.max(0, ms), run });
      return () => {
        timers.delete(id);
      };
    },
    pending: () => timers.size,
    advance: (ms) => {
      const untilMs = nowMs + ms;
      for (let id = nextDue(untilMs); id !== null; id = nextDue(untilMs)) {
        const timer = timers.get(id);
        timers.delete(id);
        if (timer === undefined) continue;
        nowMs = Math.max(nowMs, timer.dueMs);
        timer.run();
      }
      nowMs = untilMs;
    },
  };
}

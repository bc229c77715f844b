import type { Clock } from '../../contracts/clock.ts';

export interface Pending {
  enter(): void;
  leave(): void;
  /** Resolves once nothing is pending, or when the time is over. */
  settled(withinMs: number): Promise<void>;
}

/** Counts messages that were handed on and are not durable yet. */
export function createPending(clock: Clock): Pending {
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    enter: () => {
      count++;
    },
    leave: () => {
      if (--count > 0) return;
      const resolves = waiting;
      waiting = [];
      for (const resolve of resolves) resolve();
    },
    settled: (withinMs) => {
      if (count === 0) return Promise.resolve();
      return new Promise((resolve) => {
        const cancel = clock.after(withinMs, resolve);
        waiting.push(() => {
          cancel();
          resolve();
        });
      });
    },
  };
}

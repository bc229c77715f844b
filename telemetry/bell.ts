import { BELL_TOPIC } from '../contracts/bell.ts';
import type { Clock } from '../contracts/clock.ts';

// Rings after a commit, so that readers look at once. It must never carry a value, and never be what a value depends on.

export interface Bell {
  ring(position: number): void;
}

/** Hundreds of commits a second ring once in so long. */
const HOLD_MS = 5;

export function createBell(deps: { publish: (topic: string, payload: string) => void; clock: Clock }): Bell {
  const { publish, clock } = deps;
  let highest = 0;
  let rung = 0;
  let held = false;

  function ringNow(): void {
    rung = highest;
    held = true;
    publish(BELL_TOPIC, String(highest));
    clock.after(HOLD_MS, () => {
      held = false;
      if (highest > rung) ringNow();
    });
  }

  return {
    ring: (position) => {
      highest = Math.max(highest, position);
      if (!held && highest > rung) ringNow();
    },
  };
}

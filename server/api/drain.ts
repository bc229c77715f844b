import type { Response } from 'express';
import type { Clock } from '../../contracts/clock.ts';

export type DrainOutcome = 'drained' | 'left' | 'stalled';

/**
 * Waits until a response takes more, or its client has left (TRAPS T16: whoever waits for "drain" alone waits for ever),
 * or has not taken anything for `stallMs`.
 */
export function createDrain(response: Response, clock: Clock, stallMs: number) {
  let wake: ((outcome: DrainOutcome) => void) | null = null;
  let left = response.destroyed;
  // Added once: what compresses responses keeps listeners of "drain" that are taken away again.
  response.on('drain', () => wake?.('drained'));
  response.on('close', () => {
    left = true;
    wake?.('left');
  });
  return {
    left: () => left,
    wait: async (): Promise<DrainOutcome> => {
      if (left) return 'left';
      let cancel: () => void = () => undefined;
      const outcome = await new Promise<DrainOutcome>((resolve) => {
        wake = resolve;
        cancel = clock.after(stallMs, () => resolve('stalled'));
      });
      wake = null;
      cancel();
      return outcome;
    },
  };
}

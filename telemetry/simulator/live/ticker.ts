import type { Clock } from '../../../contracts/clock.ts';
import type { Span } from '../plant/spans.ts';

/** A machine that was asleep for longer has a gap to fill, not seconds to catch up with. */
const MAX_CATCH_UP_S = 10;

/**
 * Calls `onSecond` once for every whole second of the clock, as soon as it has come, and catches up when the process
 * was held up; `onSkipped` gets what is too much for that. It never runs a second twice, also when the clock is set back.
 * @returns stops it
 */
export function startTicker(options: {
  clock: Clock;
  /** The first second that is run. */
  fromS: number;
  onSecond: (atS: number) => void;
  onSkipped: (gap: Span) => void;
}): () => void {
  const { clock, onSecond, onSkipped } = options;
  let nextS = options.fromS;
  let stopped = false;
  let cancel: (() => void) | null = null;

  const run = () => {
    const nowS = Math.floor(clock.now() / 1000);
    if (nowS - nextS >= MAX_CATCH_UP_S) {
      onSkipped({ fromS: nextS, toS: nowS });
      nextS = nowS;
    }
    for (; nextS <= nowS && !stopped; nextS++) onSecond(nextS);
    // Aligned anew each time, so that no delay adds up.
    if (!stopped) cancel = clock.after(1000 - (clock.now() % 1000), run);
  };
  run();
  return () => {
    stopped = true;
    cancel?.();
  };
}

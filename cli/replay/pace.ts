import type { Clock } from '../../contracts/clock.ts';

const LONGEST_WAIT_MS = 3_600_000;

/**
 * Lets rows through at `speed` times real time, measured from the first row. Rows that step back in time go at once:
 * the newest time so far is what the replay has reached.
 */
export function createPace(options: { clock: Clock; speed: number; stop: AbortSignal }) {
  const { clock, speed, stop } = options;
  const startedAt = clock.now();
  let firstMicros: number | null = null;
  let newestMicros = -Infinity;

  const wait = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, done);
      function done() {
        stop.removeEventListener('abort', done);
        cancel();
        resolve();
      }
      stop.addEventListener('abort', done, { once: true });
    });

  return {
    /** Resolves when it is the row's turn, or the replay is stopped. */
    async turn(micros: number): Promise<void> {
      firstMicros ??= micros;
      newestMicros = Math.max(newestMicros, micros);
      const dueAt = startedAt + (newestMicros - firstMicros) / 1000 / speed;
      for (let left = dueAt - clock.now(); left > 0 && !stop.aborted; left = dueAt - clock.now()) {
        await wait(Math.min(left, LONGEST_WAIT_MS));
      }
    },
  };
}

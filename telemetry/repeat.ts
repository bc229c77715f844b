import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.ts';

/**
 * Does `work` now and again `everyMs` after it ended; a failure is told, and the next time tries again.
 * @returns stops it and resolves when it does not run any more.
 */
export function repeat(
  deps: { clock: Clock; log: Logger },
  name: string,
  everyMs: number,
  work: () => Promise<void>,
): () => Promise<void> {
  const { clock, log } = deps;
  let stopped = false;
  let cancel = () => {};
  let running: Promise<void>;
  const run = () => {
    running = work()
      .catch((error: unknown) => log.warn({ err: error, job: name }, 'a job failed; it is tried again'))
      .then(() => {
        if (!stopped) cancel = clock.after(everyMs, run);
      });
  };
  run();
  return async () => {
    stopped = true;
    cancel();
    await running;
  };
}

import type { Clock } from '../../contracts/clock.ts';

/** npm hands on the Ctrl-C that the terminal has sent us already: two within this time are one. */
const SAME_SIGNAL_MS = 500;

/**
 * Stops on Ctrl-C, SIGTERM and a closed terminal; a second Ctrl-C ends everything at once.
 * @param actions `stop` is called once
 */
export function onStopSignals(
  actions: { stop: () => void; kill: () => void },
  clock: Clock,
  signals: NodeJS.EventEmitter = process,
): void {
  let firstAt: number | null = null;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    signals.on(signal, () => {
      if (firstAt === null) {
        firstAt = clock.now();
        actions.stop();
      } else if (signal === 'SIGINT' && clock.now() - firstAt > SAME_SIGNAL_MS) {
        actions.kill();
      }
    });
  }
}

import type { Clock } from '../contracts/clock.ts';

const AGAIN_MS = 500;

/**
 * Opens something that may not be there yet, again and again until it is or `stopped` says so.
 * @returns null when it was stopped before.
 */
export async function openWhenReady<T>(deps: {
  clock: Clock;
  open: () => Promise<T>;
  stopped: () => boolean;
  onProblem: (message: string) => void;
}): Promise<T | null> {
  while (!deps.stopped()) {
    try {
      return await deps.open();
    } catch (error) {
      deps.onProblem(error instanceof Error ? error.message : String(error));
      await new Promise<void>((resolve) => deps.clock.after(AGAIN_MS, resolve));
    }
  }
  return null;
}

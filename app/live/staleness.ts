import type { LiveMachine, LiveSignal } from '../../contracts/live.ts';

/**
 * A value is stale when it is known gone or older than its signal allows. One that never came is not stale: there is nothing
 * to be wrong.
 */
export function isSignalStale(
  signal: Pick<LiveSignal, 'at' | 'staleAfterMs' | 'goneSince'>,
  now: number,
): boolean {
  if (signal.at === null) return false;
  if (signal.goneSince !== null) return true;
  return signal.staleAfterMs !== null && now - signal.at > signal.staleAfterMs;
}

/** A machine is stale when none of its signals is fresh: one fresh value proves that it still speaks. */
export function isMachineStale(machine: Pick<LiveMachine, 'signals'>, now: number): boolean {
  const spoken = machine.signals.filter((signal) => signal.at !== null);
  return spoken.length > 0 && spoken.every((signal) => isSignalStale(signal, now));
}

/** @returns when the machine last said anything; null when it never did. */
export function lastHeardAt(machine: Pick<LiveMachine, 'signals'>): number | null {
  return machine.signals.reduce<number | null>(
    (newest, { at }) => (at !== null && (newest === null || at > newest) ? at : newest),
    null,
  );
}

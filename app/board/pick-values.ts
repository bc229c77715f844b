import type { LiveMachine, LiveSignal } from '../../contracts/live.ts';

export interface ShownValue {
  machine: LiveMachine;
  signal: LiveSignal;
}

/** How fast it goes is what a line is asked first. */
const SPEED = /speed|rate|throughput/i;

/**
 * @returns up to `most` key values of a line, listed machine by machine. Each machine in turn, the pacing one (the last)
 * first, has one shown: its speed if nothing with that unit is shown yet, else another quantity, else what is left. What
 * is picked depends on names and units alone, never on values, so no value ever moves.
 */
export function pickValues(machines: readonly LiveMachine[], most: number): ShownValue[] {
  const waiting = machines.map((machine) =>
    machine.signals
      .filter((signal) => signal.key)
      .sort((a, b) => Number(SPEED.test(b.signal)) - Number(SPEED.test(a.signal))),
  );
  const picked = new Set<LiveSignal>();
  const units = new Set<string | null>();
  while (picked.size < most && waiting.some((signals) => signals.length > 0)) {
    for (const signals of [...waiting].reverse()) {
      const other = signals.findIndex(({ unit }) => !units.has(unit));
      const [signal] = signals.splice(Math.max(0, other), 1);
      if (signal === undefined || picked.size >= most) continue;
      picked.add(signal);
      units.add(signal.unit);
    }
  }
  return machines.flatMap((machine) =>
    machine.signals.filter((signal) => picked.has(signal)).map((signal) => ({ machine, signal })),
  );
}

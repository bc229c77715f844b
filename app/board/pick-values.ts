import type { LiveMachine, LiveSignal } from '../../contracts/live.ts';

export interface ShownValue {
  machine: LiveMachine;
  signal: LiveSignal;
}

/**
 * @returns up to `most` key values of a line: the first of each machine, then the second of each, so that every machine
 * has its say; listed machine by machine. What is picked depends on names alone, never on values, so no value moves.
 */
export function pickValues(machines: readonly LiveMachine[], most: number): ShownValue[] {
  const candidates = machines.map((machine) =>
    machine.signals.filter((signal) => signal.key).map((signal) => ({ machine, signal })),
  );
  const deepest = Math.max(0, ...candidates.map((each) => each.length));
  const picked = new Set<ShownValue>();
  for (let round = 0; round < deepest; round++) {
    for (const each of candidates) {
      const next = each[round];
      if (next !== undefined && picked.size < most) picked.add(next);
    }
  }
  return candidates.flat().filter((value) => picked.has(value));
}

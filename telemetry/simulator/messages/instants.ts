import type { PlantMachine } from '../plant/plant-machine.ts';
import type { Span } from '../plant/spans.ts';

/** How densely a range is told. States and counters are exact to the second in all of them. */
export type Density = 'seconds' | 'between' | 'minutes';

/** An instant at which a machine says something, and what. */
export interface Instant {
  atS: number;
  sensors: boolean;
  counts: boolean;
  state: boolean;
}

const MINUTE_S = 60;

/**
 * The instants of one machine in a range, by time, without those in which it is silent. `seconds` and `minutes` each
 * tell a range whole: sensors and counters at every step, the state at every change (with the counters) and every
 * minute. `between` tells the seconds that `minutes` leaves out and repeats nothing of it.
 */
export function instantsOf(machine: PlantMachine, density: Density, { fromS, toS }: Span): Instant[] {
  const changes = new Set(machine.changes(fromS, toS));
  const stepS = { seconds: 1, between: 1, minutes: MINUTE_S }[density];
  const instants: Instant[] = [];
  for (let atS = Math.ceil(fromS / stepS) * stepS; atS < toS; atS += stepS) {
    const minute = atS % MINUTE_S === 0;
    if (density === 'between') {
      if (!minute) instants.push({ atS, sensors: true, counts: !changes.has(atS), state: false });
      continue;
    }
    instants.push({ atS, sensors: true, counts: true, state: minute || changes.has(atS) });
  }
  if (density === 'minutes') {
    for (const atS of changes) {
      if (atS % MINUTE_S !== 0) instants.push({ atS, sensors: false, counts: true, state: true });
    }
  }
  return instants.filter(({ atS }) => !machine.silentAt(atS)).sort((a, b) => a.atS - b.atS);
}

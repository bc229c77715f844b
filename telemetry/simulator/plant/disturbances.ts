import type { MachineSpec } from '../layout/plant-spec.ts';
import { randomOf, type LinePlace } from './line-place.ts';
import { shiftSpans } from './shift-spans.ts';
import type { SiteDay } from './site-calendar.ts';
import { overlaps, type Span } from './spans.ts';

/** A sensor that reads wrong though nothing broke. `size` is in units of the signal's usual range. */
export interface Anomaly extends Span {
  signal: string;
  kind: 'spike' | 'step' | 'stuck' | 'noise';
  size: number;
}

/** What is wrong with the data of a machine, not with the machine. */
export interface Disturbances {
  anomalies: Anomaly[];
  /** One signal is silent. */
  dropouts: (Span & { signal: string })[];
  /** The whole machine is silent; what it would have said is lost, its counters go on. */
  outages: Span[];
  /** Messages of these seconds are held back and published at `releaseS`. */
  late: (Span & { releaseS: number })[];
}

const MARGIN_S = 15 * 60;
const ANOMALY_LENGTHS_S: Record<Anomaly['kind'], readonly [number, number]> = {
  spike: [3, 20],
  step: [8 * 60, 30 * 60],
  stuck: [4 * 60, 15 * 60],
  noise: [3 * 60, 12 * 60],
};

export function disturbancesOf(place: LinePlace, day: SiteDay, machine: MachineSpec): Disturbances {
  const random = randomOf(place, day, `disturbances ${machine.machine}`);
  const paces = place.spec.machines.at(-1) === machine;
  const somewhere = (lengthS: number): Span => {
    const fromS = random.whole(day.fromS + MARGIN_S, day.toS - MARGIN_S - lengthS);
    return { fromS, toS: fromS + lengthS };
  };
  const several = <T>(most: number, make: () => T): T[] =>
    Array.from({ length: random.whole(0, most) }, make);
  const sensors = machine.sensors
    .filter((sensor) => sensor.kind === 'analogue')
    .map((sensor) => sensor.signal);

  const anomalies = several(2, (): Anomaly => {
    const kind = random.pick(['spike', 'step', 'stuck', 'noise'] as const);
    const [least, most] = ANOMALY_LENGTHS_S[kind];
    const size = random.between(0.35, 0.9) * (random.chance(0.7) ? 1 : -1);
    return { ...somewhere(random.whole(least, most)), signal: random.pick(sensors), kind, size };
  });
  const dropouts = several(2, () => ({ ...somewhere(random.whole(120, 360)), signal: random.pick(sensors) }));
  const outages = paces ? outageInEachShift() : random.chance(0.25) ? [somewhere(random.whole(90, 300))] : [];
  const late = several(8, () => {
    const span = somewhere(random.whole(1, 20));
    return { ...span, releaseS: span.toS + random.whole(30, 280) };
  });
  return { anomalies: apart(anomalies), dropouts: apart(dropouts), outages, late: apart(late) };

  /** Long enough to be a gap in data of one reading a minute: so every board has "unknown" time to tell apart. */
  function outageInEachShift(): Span[] {
    return shiftSpans(place, day)
      .map(
        (shift) =>
          (shift.shift === 'night' ? shift.fromS + 150 * 60 : shift.fromS + 60 * 60) +
          random.whole(0, 110 * 60),
      )
      .filter((fromS) => fromS >= day.fromS + MARGIN_S && fromS <= day.toS - 2 * MARGIN_S)
      .map((fromS) => ({ fromS, toS: fromS + random.whole(300, 480) }));
  }
}

/** Leaves out what overlaps an earlier one. */
function apart<T extends Span>(spans: readonly T[]): T[] {
  const kept: T[] = [];
  for (const span of spans) if (!kept.some((other) => overlaps(other, span))) kept.push(span);
  return kept.sort((a, b) => a.fromS - b.fromS);
}

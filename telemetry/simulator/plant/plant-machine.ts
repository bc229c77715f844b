import { REASON_SIGNAL, STATE_SIGNAL } from '../../../contracts/machine-state.ts';
import type { MachineSpec } from '../layout/plant-spec.ts';
import { inertia, inertiaAt, type Inertia } from './inertia.ts';
import type { LineDay, MachineDay } from './line-day.ts';
import type { LinePlace } from './line-place.ts';
import type { Segment } from './machine-timeline.ts';
import { countsAt } from './piece-flow.ts';
import { hashOf, mix } from './random.ts';
import { rememberDays } from './remember-days.ts';
import { sensorValue, type SensedMachine } from './sensor-value.ts';
import type { SiteDay } from './site-calendar.ts';
import { indexAt, spanAt } from './spans.ts';

export interface PlantMachine {
  readonly machine: string;
  /** Every signal with its unit; text has none. */
  readonly signals: readonly { signal: string; unit: string | null }[];
  segmentAt(atS: number): Segment;
  /** Instants in [fromS, toS) at which it has something new to say of its state: a segment begins or it is heard again. */
  changes(fromS: number, toS: number): number[];
  /**
   * Counters since the site's midnight, of (midnight, at]: midnight itself still shows the whole day that ends, so
   * that no piece falls between two readings.
   */
  countsAt(atS: number): { good: number; reject: number };
  /** Speed in pieces an hour and every sensor that is not silent. */
  sensorsAt(atS: number): Record<string, number>;
  /** Nothing is heard of it. */
  silentAt(atS: number): boolean;
  /** When the message of that second is published; null: at once. */
  releaseOf(atS: number): number | null;
  /** The message of that second is published twice. */
  repeatedAt(atS: number): boolean;
  machineDay(day: SiteDay): MachineDay;
}

const REPEATED_ONE_IN = 1200;

export function createMachine(
  place: LinePlace,
  index: number,
  lineDay: (day: SiteDay) => LineDay,
): PlantMachine {
  const { calendar, spec, site, seed } = place;
  const machine: MachineSpec = numbered(spec.machines, index);
  const ownSeed = hashOf(seed, site, spec.area, spec.line, machine.machine);
  const sensors = machine.sensors.map((sensor) => ({
    sensor,
    sensorSeed: mix(ownSeed, hashOf(sensor.signal)),
  }));

  const machineDay = (day: SiteDay): MachineDay => numbered(lineDay(day).machines, index);
  const dayOf = (atS: number): MachineDay => machineDay(calendar.dayAt(atS));
  const inertiaOf = rememberDays((day: SiteDay): Inertia =>
    inertia(machineDay(calendar.shift(day, -1)).segments, machineDay(day).segments),
  );
  const segmentAt = (atS: number): Segment => {
    const { segments } = dayOf(atS);
    return numbered(segments, indexAt(segments, atS));
  };
  const counts = (atS: number) => countsAt(machineDay(calendar.dayAt(atS - 1)).flow, atS);
  const silentAt = (atS: number) => spanAt(dayOf(atS).disturbances.outages, atS) !== null;
  const sense = (atS: number): SensedMachine => {
    const { good, reject } = counts(atS);
    const day = calendar.dayAt(atS);
    return {
      ...inertiaAt(inertiaOf(day), atS),
      drift: driftAt(lineDay(day), index, atS),
      pieces: good + reject,
    };
  };

  return {
    machine: machine.machine,
    signals: [
      { signal: STATE_SIGNAL, unit: null },
      { signal: REASON_SIGNAL, unit: null },
      { signal: 'good', unit: spec.piece },
      { signal: 'reject', unit: spec.piece },
      { signal: 'speed', unit: `${spec.piece}/h` },
      ...machine.sensors.map(({ signal, unit }) => ({ signal, unit })),
    ],
    segmentAt,
    changes: (fromS, toS) => {
      const instants = new Set<number>();
      for (let day = calendar.dayAt(fromS); day.fromS < toS; day = calendar.shift(day, 1)) {
        const { segments, disturbances } = machineDay(day);
        for (const segment of segments) instants.add(segment.fromS);
        for (const outage of disturbances.outages) instants.add(outage.toS);
      }
      return [...instants].filter((atS) => atS >= fromS && atS < toS && !silentAt(atS)).sort((a, b) => a - b);
    },
    countsAt: counts,
    sensorsAt: (atS) => {
      const { disturbances, factor } = dayOf(atS);
      const now = sense(atS);
      const senseAt = (otherS: number) => (otherS === atS ? now : sense(otherS));
      const values: Record<string, number> = {
        speed: Math.round(now.speed * segmentAt(atS).piecesAnHour * factor) + 0,
      };
      for (const { sensor, sensorSeed } of sensors) {
        const dropout = spanAt(disturbances.dropouts, atS);
        if (dropout?.signal === sensor.signal) continue;
        values[sensor.signal] = sensorValue(sensor, sensorSeed, atS, senseAt, disturbances.anomalies);
      }
      return values;
    },
    silentAt,
    releaseOf: (atS) => spanAt(dayOf(atS).disturbances.late, atS)?.releaseS ?? null,
    repeatedAt: (atS) => mix(ownSeed, atS) % REPEATED_ONE_IN === 0,
    machineDay,
  };
}

/** From 0 to 1 while a bearing, a tool or a seal is on its way to the breakdown that follows. */
function driftAt({ faults }: LineDay, machine: number, atS: number): number {
  for (const fault of faults) {
    if (fault.kind !== 'breakdown' || fault.machine !== machine || fault.driftFromS === null) continue;
    if (atS >= fault.driftFromS && atS < fault.fromS) {
      return ((atS - fault.driftFromS) / (fault.fromS - fault.driftFromS)) ** 1.6;
    }
  }
  return 0;
}

function numbered<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no number ${index} among ${items.length}`);
  return item;
}

import type { Plant, PlantLine } from '../plant/plant.ts';
import type { PlantMachine } from '../plant/plant-machine.ts';
import type { SiteDay } from '../plant/site-calendar.ts';
import type { Span } from '../plant/spans.ts';
import type { TruthLine } from './truth-line.ts';

/** All that is true of a site's day, from the same function that the machines' messages come from. */
export function truthOfDay(plant: Plant, site: string, day: SiteDay): TruthLine[] {
  const lines = plant.lines.filter((line) => line.site === site);
  const timeZone = lines[0]?.timeZone ?? 'UTC';
  return [
    { type: 'day', site, date: day.date, timeZone, seed: plant.seed, ...times(day) },
    ...lines.flatMap((line) => [
      ...truthOfLine(line, day),
      ...line.machines.flatMap((m) => truthOfMachine(line, m, day)),
    ]),
  ];
}

function truthOfLine(line: PlantLine, day: SiteDay): TruthLine[] {
  const { orders, faults } = line.lineDay(day);
  const path = `${line.area}/${line.line}`;
  return [
    ...orders.map((order): TruthLine => ({
      type: 'order',
      line: path,
      order: order.order,
      product: order.product,
      quantity: order.quantity,
      plannedFrom: order.fromS * 1000,
      plannedTo: order.toS * 1000,
      idealCycleS: 3600 / order.piecesAnHour,
    })),
    ...faults.map((fault): TruthLine => {
      // Supply stops the first machine; a slow line is slow as a whole, named by the machine that paces it.
      const index =
        fault.kind === 'breakdown' ? fault.machine : fault.kind === 'wait' ? 0 : line.machines.length - 1;
      const driftFromS = fault.kind === 'breakdown' ? fault.driftFromS : null;
      return {
        type: 'fault',
        line: path,
        machine: `${path}/${line.machines[index]?.machine ?? ''}`,
        kind: fault.kind,
        reason: fault.reason,
        driftFrom: driftFromS === null ? null : driftFromS * 1000,
        ...times(fault),
      };
    }),
  ];
}

function truthOfMachine(line: PlantLine, machine: PlantMachine, day: SiteDay): TruthLine[] {
  const path = `${line.area}/${line.line}/${machine.machine}`;
  const { segments, disturbances } = machine.machineDay(day);
  const zero = { good: 0, reject: 0 };
  const countsAt = (atS: number) => (atS === day.fromS ? zero : machine.countsAt(atS));
  return [
    ...segments.map((segment): TruthLine => {
      const [before, after] = [countsAt(segment.fromS), countsAt(segment.toS)];
      return {
        type: 'segment',
        machine: path,
        state: segment.state,
        reason: segment.reason,
        good: after.good - before.good,
        reject: after.reject - before.reject,
        idealCycleS: 3600 / segment.piecesAnHour,
        ...times(segment),
      };
    }),
    { type: 'counts', machine: path, ...machine.countsAt(day.toS) },
    ...disturbances.anomalies.map((anomaly): TruthLine => ({
      type: 'anomaly',
      machine: path,
      signal: anomaly.signal,
      kind: anomaly.kind,
      ...times(anomaly),
    })),
    ...disturbances.dropouts.map((dropout): TruthLine => ({
      type: 'dropout',
      machine: path,
      signal: dropout.signal,
      ...times(dropout),
    })),
    ...disturbances.outages.map((outage): TruthLine => ({ type: 'outage', machine: path, ...times(outage) })),
    ...disturbances.late.map((late): TruthLine => ({
      type: 'late',
      machine: path,
      release: late.releaseS * 1000,
      ...times(late),
    })),
  ];
}

function times({ fromS, toS }: Span): { from: number; to: number } {
  return { from: fromS * 1000, to: toS * 1000 };
}

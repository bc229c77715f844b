import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { SIMULATED_SITES } from '../layout/simulated-sites.ts';
import { createPlant, type Plant } from './plant.ts';
import { overlaps } from './spans.ts';

const HOUR_S = 3600;
const at = (iso: string) => Date.parse(iso) / 1000;
const plant = createPlant('test', SIMULATED_SITES);
const machines = plant.lines.flatMap((line) => line.machines.map((machine) => ({ line, machine })));

/** One day of every machine as it could be published, every 7 minutes, as one hash. */
function dayHash(from: Plant, fromS: number): string {
  const hash = createHash('sha256');
  for (const line of from.lines) {
    for (const machine of line.machines) {
      for (let atS = fromS; atS < fromS + 24 * HOUR_S; atS += 420) {
        hash.update(JSON.stringify([machine.segmentAt(atS), machine.countsAt(atS), machine.sensorsAt(atS)]));
      }
    }
  }
  return hash.digest('hex');
}

/** Days that matter: usual ones, a weekend, and both nights on which the clocks change. */
const DAYS = [
  '2026-11-18',
  '2026-11-20',
  '2026-11-21',
  '2026-11-22',
  '2026-03-29',
  '2026-10-25',
  '2028-02-29',
];
const lineDays = DAYS.flatMap((date) =>
  plant.lines.map((line) => ({ date, line, lineDay: line.lineDay(line.dayAt(at(`${date}T12:00Z`))) })),
);

test('the plant has two sites, five lines, at least 20 machines and at least 120 signals that are measured', () => {
  expect(new Set(plant.lines.map((line) => line.site)).size).toBe(2);
  expect(plant.lines).toHaveLength(5);
  expect(machines.length).toBeGreaterThanOrEqual(20);
  const measured = machines.flatMap(({ machine }) =>
    machine.signals.filter((signal) => signal.unit !== null),
  );
  expect(measured.length).toBeGreaterThanOrEqual(120);
  for (const { machine } of machines) {
    expect(new Set(machine.signals.map(({ signal }) => signal)).size).toBe(machine.signals.length);
  }
});

test('the same seed gives the same plant, in whichever order it is asked, and another seed another one', () => {
  const fromS = at('2026-11-20T00:00Z');
  const again = createPlant('test', SIMULATED_SITES);
  for (const { machine } of again.lines.flatMap((line) => line.machines.map((each) => ({ machine: each })))) {
    machine.sensorsAt(fromS + 40 * 24 * HOUR_S);
    machine.sensorsAt(fromS + 3 * HOUR_S);
  }
  expect(dayHash(again, fromS)).toBe(dayHash(plant, fromS));
  expect(dayHash(createPlant('other', SIMULATED_SITES), fromS)).not.toBe(dayHash(plant, fromS));
});

test('segments tile the site’s day to the second, also when it has 23 or 25 hours', () => {
  for (const { lineDay } of lineDays) {
    for (const { segments } of lineDay.machines) {
      expect(segments[0]?.fromS).toBe(lineDay.day.fromS);
      expect(segments.at(-1)?.toS).toBe(lineDay.day.toS);
      segments.forEach((segment, i) => {
        expect(segment.toS).toBeGreaterThan(segment.fromS);
        expect(Number.isInteger(segment.fromS)).toBe(true);
        if (i > 0) expect(segment.fromS).toBe(segments[i - 1]?.toS);
      });
    }
  }
  const lengths = lineDays.map(({ lineDay }) => (lineDay.day.toS - lineDay.day.fromS) / HOUR_S);
  expect(new Set(lengths)).toEqual(new Set([23, 24, 25]));
});

test('the state at an instant is that of the segment around it', () => {
  for (const { line, lineDay } of lineDays) {
    line.machines.forEach((machine, index) => {
      for (const segment of lineDay.machines[index]?.segments ?? []) {
        for (const atS of [segment.fromS, segment.toS - 1]) expect(machine.segmentAt(atS)).toEqual(segment);
      }
    });
  }
});

test('the counters are the integral of the timeline, second by second, and show the whole day at its end', () => {
  for (const { line, lineDay } of lineDays.filter(
    ({ date }) => date === '2026-11-20' || date === '2026-10-25',
  )) {
    for (const machine of line.machines.slice(2, 3)) {
      const { fromS, toS } = lineDay.day;
      const { factor } = machine.machineDay(lineDay.day);
      let produced = 0;
      let before = { good: 0, reject: 0 };
      for (let atS = fromS; atS < toS; atS++) {
        const segment = machine.segmentAt(atS);
        produced += (segment.speed * factor * segment.piecesAnHour) / HOUR_S;
        if (atS % 97 !== 0 && atS !== toS - 1) continue;
        const { good, reject } = machine.countsAt(atS + 1);
        expect(Number.isInteger(good) && Number.isInteger(reject)).toBe(true);
        expect(good + reject).toBeLessThanOrEqual(produced + 0.001);
        expect(good + reject).toBeGreaterThan(produced - 2);
        expect(good).toBeGreaterThanOrEqual(before.good);
        expect(reject).toBeGreaterThanOrEqual(before.reject);
        before = { good, reject };
      }
      expect(machine.countsAt(fromS + 1).good).toBeLessThan(20);
    }
  }
});

test('a machine makes about what the one behind it takes', () => {
  for (const { lineDay } of lineDays) {
    lineDay.machines.forEach(({ flow }, index) => {
      const behind = lineDay.machines[index + 1]?.flow;
      if (behind === undefined || flow.good === 0) return;
      expect((behind.good + behind.reject) / flow.good).toBeGreaterThan(0.9);
      expect((behind.good + behind.reject) / flow.good).toBeLessThan(1.06);
    });
  }
});

test('no machine is faster than the ideal of its order', () => {
  for (const { lineDay } of lineDays) {
    for (const { segments, factor } of lineDay.machines) {
      for (const segment of segments) expect(segment.speed * factor).toBeLessThan(1);
    }
  }
});

test('orders follow each other without a gap, each begins with its changeover and has another product than the last', () => {
  for (const line of plant.lines) {
    const orders = line.ordersBeginning(at('2026-10-20T00:00Z'), at('2026-11-24T00:00Z'));
    expect(orders.length).toBeGreaterThan(20);
    expect(new Set(orders.map(({ order }) => order)).size).toBe(orders.length);
    orders.forEach((order, i) => {
      expect(order.quantity).toBeGreaterThan(0);
      const changeover = line.machines[0]?.segmentAt(order.fromS);
      expect(changeover).toMatchObject({ state: 'changeover', fromS: order.fromS });
      expect(line.orderAt(order.toS - 1)).toEqual(order);
      if (i === 0) return;
      expect(order.fromS).toBe(orders[i - 1]?.toS);
      expect(order.product).not.toBe(orders[i - 1]?.product);
    });
  }
});

test('neither the state nor a sensor jumps at midnight', () => {
  for (const { line, machine } of machines) {
    for (const date of DAYS) {
      const midnightS = line.dayAt(at(`${date}T12:00Z`)).fromS;
      const [before, after] = [machine.segmentAt(midnightS - 1), machine.segmentAt(midnightS)];
      expect(after.state).toBe(before.state);
      const [last, first] = [machine.sensorsAt(midnightS - 1), machine.sensorsAt(midnightS)];
      for (const signal of Object.keys(last).filter((name) => name.endsWith('temperature'))) {
        expect(Math.abs((first[signal] ?? 0) - (last[signal] ?? 0))).toBeLessThan(1);
      }
    }
  }
});

test('a bearing that is about to fail shakes more than a good one', () => {
  let drifts = 0;
  for (const { line, lineDay } of lineDays) {
    for (const fault of lineDay.faults) {
      if (fault.kind !== 'breakdown' || fault.driftFromS === null) continue;
      const machine = line.machines[fault.machine];
      if (machine === undefined) continue;
      const minutes = [fault.driftFromS - 120, fault.fromS - 61].map((fromS) => ({ fromS, toS: fromS + 60 }));
      const { anomalies, dropouts } = machine.machineDay(lineDay.day).disturbances;
      const comparable = minutes.every(
        (minute) =>
          ![...anomalies, ...dropouts].some((disturbance) => overlaps(disturbance, minute)) &&
          machine.segmentAt(minute.fromS - 60).reason === null &&
          machine.segmentAt(minute.fromS - 60).toS >= minute.toS,
      );
      const [early, late] = minutes.map(({ fromS }) => {
        const values = Array.from({ length: 60 }, (_, i) => machine.sensorsAt(fromS + i)['vibration'] ?? NaN);
        return values.reduce((sum, value) => sum + value, 0) / 60;
      });
      if (!comparable || early === undefined || late === undefined || Number.isNaN(early)) continue;
      drifts++;
      expect(late).toBeGreaterThan(early * 1.5);
    }
  }
  expect(drifts).toBeGreaterThan(10);
});

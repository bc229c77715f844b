import { expect, test } from 'vitest';
import { DEFAULT_SEED, SIMULATED_SITES } from '../layout/simulated-sites.ts';
import { createPlant, type PlantLine } from './plant.ts';
import { clip, type Span } from './spans.ts';

const HOUR_S = 3600;
const plant = createPlant(DEFAULT_SEED, SIMULATED_SITES);
const FIRST_S = Date.UTC(2026, 9, 20) / 1000;
const DAYS = 21;
const starts = (stepHours: number) =>
  Array.from({ length: (DAYS * 24) / stepHours }, (_, i) => FIRST_S + i * stepHours * HOUR_S);

/** What there is to tell apart about a line in a range, as its pacing machine shows it. */
function kindsOf(line: PlantLine, range: Span): Set<string> {
  const pace = line.machines.at(-1);
  const kinds = new Set<string>();
  if (pace === undefined) return kinds;
  for (let day = line.dayAt(range.fromS); day.fromS < range.toS; day = line.dayAt(day.toS)) {
    const { segments, disturbances } = pace.machineDay(day);
    for (const segment of segments) {
      const part = clip(segment, range);
      if (part === null) continue;
      const lengthS = segment.toS - segment.fromS;
      if (part.reason === 'no shift') kinds.add('not_scheduled');
      else if (part.state === 'planned_stop' || part.state === 'changeover') kinds.add('planned_stop');
      else if (part.state === 'running') kinds.add('good').add('slow');
      else kinds.add(lengthS < 60 ? 'micro_stop' : 'unplanned_stop');
    }
    const seen = clip({ fromS: day.fromS + 1, toS: day.toS }, range);
    if (seen !== null && pace.countsAt(seen.toS).reject > pace.countsAt(seen.fromS).reject)
      kinds.add('reject');
    if (disturbances.outages.some((outage) => clip(outage, range) !== null)) kinds.add('unknown');
  }
  return kinds;
}

test('in any 11 hours each of the eight kinds of second occurs somewhere, and seven on every line around the clock', () => {
  for (const fromS of starts(1)) {
    const range = { fromS, toS: fromS + 11 * HOUR_S };
    const byLine = plant.lines.map((line) => ({ line, kinds: kindsOf(line, range) }));
    expect(new Set(byLine.flatMap(({ kinds }) => [...kinds])).size).toBe(8);
    for (const { line, kinds } of byLine) {
      if (!['line-1', 'line-2', 'cell-1'].includes(line.line)) continue;
      expect({ line: line.line, fromS, size: kinds.size }).toEqual({ line: line.line, fromS, size: 7 });
    }
  }
});

test('every machine is heard for at least nine tenths of any 11 hours', () => {
  for (const line of plant.lines) {
    for (const machine of line.machines) {
      for (const fromS of starts(7)) {
        const range = { fromS, toS: fromS + 11 * HOUR_S };
        let silentS = 0;
        for (let day = line.dayAt(fromS); day.fromS < range.toS; day = line.dayAt(day.toS)) {
          for (const outage of machine.machineDay(day).disturbances.outages) {
            const part = clip(outage, range);
            if (part !== null) silentS += part.toS - part.fromS;
          }
        }
        expect(silentS).toBeLessThan(0.1 * 11 * HOUR_S);
      }
    }
  }
});

test('at least three of the five lines run in every hour of every day', () => {
  for (const fromS of starts(1)) {
    const running = plant.lines.filter((line) =>
      Array.from({ length: 60 }, (_, minute) => fromS + minute * 60).some(
        (atS) => line.machines.at(-1)?.segmentAt(atS).state === 'running',
      ),
    );
    expect(running.length).toBeGreaterThanOrEqual(3);
  }
});

test('most machines with a shift run, yet something is wrong somewhere in every hour', () => {
  let scheduled = 0;
  let running = 0;
  for (const fromS of starts(1)) {
    let wrong = 0;
    for (const line of plant.lines) {
      for (const machine of line.machines) {
        for (let atS = fromS; atS < fromS + HOUR_S; atS += 300) {
          const { state, reason } = machine.segmentAt(atS);
          if (reason === 'no shift') continue;
          scheduled++;
          if (state === 'running') running++;
        }
        if (machine.changes(fromS, fromS + HOUR_S).length > 0) wrong++;
      }
    }
    expect(wrong).toBeGreaterThan(0);
  }
  expect(running / scheduled).toBeGreaterThan(0.72);
  expect(running / scheduled).toBeLessThan(0.93);
});

test('a week holds breakdowns, drifts, every kind of anomaly, dropouts, outages, late and repeated messages', () => {
  const seen = new Set<string>();
  for (const line of plant.lines) {
    for (let day = line.dayAt(FIRST_S); day.fromS < FIRST_S + 7 * 24 * HOUR_S; day = line.dayAt(day.toS)) {
      for (const fault of line.lineDay(day).faults) {
        seen.add(fault.kind);
        if (fault.kind === 'breakdown' && fault.driftFromS !== null) {
          seen.add('drift');
          const leadS = fault.fromS - fault.driftFromS;
          expect(leadS).toBeGreaterThanOrEqual(20 * 60);
          expect(leadS).toBeLessThanOrEqual(60 * 60);
        }
      }
      for (const machine of line.machines) {
        const { anomalies, dropouts, outages, late } = machine.machineDay(day).disturbances;
        for (const anomaly of anomalies) seen.add(anomaly.kind);
        if (dropouts.length > 0) seen.add('dropout');
        if (outages.length > 0) seen.add('outage');
        for (const { fromS, toS, releaseS } of late) {
          seen.add('late');
          expect(releaseS - (toS - 1)).toBeGreaterThanOrEqual(30);
          expect(releaseS - fromS).toBeLessThanOrEqual(300);
        }
        if (
          Array.from({ length: 6 * HOUR_S }, (_, i) => day.fromS + i).some((atS) => machine.repeatedAt(atS))
        ) {
          seen.add('repeated');
        }
      }
    }
  }
  expect([...seen].sort()).toEqual(
    [
      'breakdown',
      'wait',
      'slow',
      'drift',
      'spike',
      'step',
      'stuck',
      'noise',
      'dropout',
      'outage',
      'late',
      'repeated',
    ].sort(),
  );
});

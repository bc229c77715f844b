import type { Beat, LiveLine, LiveMachine, LiveSignal, Snapshot } from '../../contracts/live.ts';

/** Snapshots for tests that look at what a page makes of one. Every field can be said; the rest is an ordinary plant. */
export const T0 = Date.parse('2026-11-20T10:42:07Z');

export function signalFixture(fields: Partial<LiveSignal> = {}): LiveSignal {
  return {
    signalId: 1,
    signal: 'temperature',
    unit: 'Cel',
    kind: 'number',
    staleAfterMs: 3000,
    goneSince: null,
    key: true,
    at: T0 - 400,
    value: 71.2,
    quality: 'good',
    trend: Array.from({ length: 60 }, (_, i) => 70 + i / 50),
    ...fields,
  };
}

export function machineFixture(fields: Partial<LiveMachine> = {}): LiveMachine {
  return {
    machineId: 1,
    machine: 'filler',
    state: 'running',
    reason: null,
    since: T0 - 3_600_000,
    states: [[T0 - 3_600_000, 'running', null]],
    signals: [signalFixture()],
    ...fields,
  };
}

export function lineFixture(fields: Partial<LiveLine> = {}): LiveLine {
  return { lineId: 1, area: 'filling', line: 'line-1', order: null, machines: [machineFixture()], ...fields };
}

export function beatFixture(fields: Partial<Beat> = {}): Beat {
  return {
    at: T0,
    position: 100,
    database: { ok: true, detail: null },
    broker: { ok: true, detail: null },
    feeds: [],
    readingsPerS: 120,
    live: true,
    reason: null,
    ...fields,
  };
}

export function snapshotFixture(fields: Partial<Snapshot> = {}): Snapshot {
  return {
    position: 100,
    at: T0,
    site: {
      siteId: 1,
      site: 'lindau',
      name: 'Lindau',
      timeZone: 'Europe/Berlin',
      organisation: 'demo',
      simulated: true,
    },
    lines: [lineFixture()],
    beat: beatFixture(),
    ...fields,
  };
}

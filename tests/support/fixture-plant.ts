import type { Readings } from '../../contracts/api/readings.ts';
import type { LiveReading, LiveSignal, MachineEvent, Snapshot } from '../../contracts/live.ts';
import type { MachineState } from '../../contracts/machine-state.ts';
import { beatFixture, lineFixture, machineFixture, signalFixture, snapshotFixture } from './live-fixture.ts';

const HOUR_MS = 3_600_000;
const UNITS = [
  ['temperature', 'Cel', 71],
  ['speed', '1/min', 312],
  ['bowl-pressure', 'bar', 2.4],
  ['vibration', 'mm/s', 3.1],
] as const;
const NAMES = [
  'blower',
  'filler',
  'capper',
  'labeller',
  'packer',
  'palletiser',
  'wrapper',
  'washer',
  'case-packer',
  'robot',
  'oven',
  'scale',
];

/** A site of invented machines that moves by the second, for pages at their limits: one line, thirty, long names. */
export function createFixturePlant(options: {
  site?: string;
  /** Machines of each line. */
  lines: readonly number[];
  longNames?: boolean;
  now: number;
}) {
  let random = mulberry(7);
  let signalId = 0;
  let machineId = 0;
  const long = options.longNames === true ? '-of-the-former-vereinigte-abfuellanlagen-bodensee' : '';

  const lines = options.lines.map((machines, l) =>
    lineFixture({
      lineId: l + 1,
      area: `filling${long}`,
      line: `line-${l + 1}${long}`,
      order:
        l % 4 === 3
          ? null
          : {
              order: `L${l + 1}-0312`,
              product: `Lake water still 0.5 l${options.longNames === true ? ', wrapped in sixes for the northern retailers' : ''}`,
              quantity: 24_000,
              plannedFrom: options.now - 3 * HOUR_MS,
              plannedTo: options.now + 2 * HOUR_MS,
              idealCycleS: 0.2,
            },
      machines: Array.from({ length: machines }, (_, m) => {
        const states = history(
          options.now,
          l === 2 && m === 1 ? 'breakdown' : l === 3 ? 'changeover' : 'running',
        );
        const [since, state, reason] = states.at(-1)!;
        return machineFixture({
          machineId: ++machineId,
          machine: `${NAMES[m % NAMES.length]}${long}`,
          state,
          since,
          reason,
          states,
          signals: UNITS.map(([signal, unit, base]) =>
            signalFixture({
              signalId: ++signalId,
              signal: `${signal}${long}`,
              unit,
              value: base,
              at: options.now,
              trend: Array.from({ length: 60 }, () => wander(base)),
            }),
          ),
        });
      }),
    }),
  );
  let picture: Snapshot = snapshotFixture({
    at: options.now,
    position: 1,
    site: {
      ...snapshotFixture().site,
      site: options.site ?? 'lindau',
      name: options.longNames === true ? `Lindau${long}` : 'Lindau',
    },
    lines,
    beat: beatFixture({ at: options.now, feeds: [feed(options.now)], readingsPerS: signalId }),
  });

  function wander(base: number) {
    return Number((base * (0.97 + random() * 0.06)).toFixed(2));
  }

  function history(now: number, last: MachineState): [number, MachineState, string | null][] {
    const kinds: MachineState[] = [
      'running',
      'idle',
      'running',
      'breakdown',
      'running',
      'planned_stop',
      'running',
      'changeover',
    ];
    const states: [number, MachineState, string | null][] = [];
    let at = now - 8.5 * HOUR_MS;
    for (let i = 0; at < now - 0.4 * HOUR_MS; i++) {
      const state = kinds[i % kinds.length]!;
      states.push([at, state, state === 'breakdown' ? 'drive fault' : null]);
      at += state === 'running' ? (0.3 + random()) * HOUR_MS : (0.02 + random() * 0.25) * HOUR_MS;
    }
    return [...states, [now - 0.1 * HOUR_MS, last, last === 'breakdown' ? 'drive fault' : null]];
  }

  const allSignals = () =>
    picture.lines.flatMap((line) => line.machines).flatMap((machine) => machine.signals);

  return {
    picture: () => picture,
    signals: (): LiveSignal[] => allSignals(),
    /** A second's readings; signals for which `silent` holds say nothing. */
    readings(at: number, silent: (signalId: number) => boolean = () => false): LiveReading[] {
      return allSignals()
        .filter((signal) => !silent(signal.signalId))
        .map((signal) => [
          signal.signalId,
          at,
          wander(UNITS[(signal.signalId - 1) % UNITS.length]![2]),
          'good',
        ]);
    },
    /** Readings until now with a gap in the middle. */
    history(signal: number, from: number, to: number, points: number): Readings {
      const width = (to - from) / points;
      const base = UNITS[(signal - 1) % UNITS.length]![2];
      const gap: [number, number] = [from + (to - from) * 0.4, from + (to - from) * 0.46];
      const columns = Array.from({ length: points }, (_, i) => from + i * width)
        .filter((at) => at < Date.now() && (at + width < gap[0] || at > gap[1]))
        .map((at) => {
          const value = base * (1 + Math.sin(at / 6e5) * 0.02) + (random() - 0.5) * base * 0.01;
          const spread = base * 0.012 * (random() > 0.98 ? 4 : random());
          return { at, min: value - spread, max: value + spread, first: value, last: value, count: 9 };
        });
      return { signalId: signal, unit: null, from, to, columns, gaps: [gap], source: 'raw' };
    },
    beat: (at: number, live = true, reason: string | null = null) =>
      beatFixture({
        at,
        live,
        reason,
        feeds: [feed(at)],
        readingsPerS: signalId,
        position: picture.position,
      }),
    breakdown: (id: number, at: number): MachineEvent => ({
      machineId: id,
      state: 'breakdown',
      reason: 'jam',
      since: at,
    }),
    update(next: Snapshot) {
      picture = next;
    },
    reseed(seed: number) {
      random = mulberry(seed);
    },
  };
}

const feed = (at: number) => ({
  writer: 'a',
  ageMs: 120,
  gone: false,
  name: 'embedded',
  kind: 'embedded' as const,
  address: 'mqtt://127.0.0.1:1883',
  connected: true,
  detail: null,
  since: at - HOUR_MS,
  lastMessageAt: at - 300,
  clients: 4,
});

/** A small seeded generator (public domain, Tommy Ettinger's mulberry32). */
function mulberry(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

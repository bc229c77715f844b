import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Snapshot } from '../../contracts/live.ts';
import {
  createLedgerWriter,
  type LedgerWriter,
  type WrittenReading,
} from '../../tests/support/ledger-writer.ts';
import { startLiveServer, until, type LiveServer } from '../../tests/support/live-server.ts';
import { seededRandom } from '../../tests/support/seeded-random.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';

let db: TestDatabase;
let writer: LedgerWriter;
const opened: LiveServer[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  writer = createLedgerWriter(db.database);
});

afterAll(async () => {
  for (const each of opened) await each.stop();
  await db.close();
});

async function start(): Promise<LiveServer> {
  const started = await startLiveServer(db.database, { organisationIds: [1] });
  opened.push(started);
  return started;
}

/** What must be the same on every server; the rest is when it was asked. */
function facts(snapshot: Snapshot | null) {
  return snapshot?.lines.map((line) => ({
    ...line,
    machines: line.machines.map((machine) => ({
      ...machine,
      signals: machine.signals.map((signal) => ({ ...signal, trend: signal.trend?.slice(2, -2) ?? null })),
    })),
  }));
}

const WORDS = ['running', 'running', 'running', 'idle', 'breakdown', 'melting'];
const REASONS = ['jam', 'no material', ''];
const QUALITIES = ['good', 'good', 'good', 'uncertain', 'bad'] as const;

/** SENTIA_TEST_SEED tries another history. */
const seeds = process.env['SENTIA_TEST_SEED']?.split(',').map(Number) ?? [13, 29];

test.each(seeds)(
  'a server that starts later shows exactly what one that followed shows (seed %i)',
  async (seed) => {
    const site = `graz-${seed}`;
    const random = seededRandom(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
    const machines = await Promise.all(
      ['press', 'mill', 'oven'].map(async (machine) => ({
        numbers: [
          await writer.createSignal({ site, machine, signal: 'temperature', unit: 'Cel' }),
          await writer.createSignal({ site, machine, signal: 'speed', unit: '/min' }),
          await writer.createSignal({ site, machine, signal: 'level' }),
        ],
        state: await writer.createSignal({ site, machine, signal: 'state', kind: 'text' }),
        reason: await writer.createSignal({ site, machine, signal: 'reason', kind: 'text' }),
      })),
    );
    const first = await start();
    const beginMs = Date.now() - 20 * 60_000;
    const used = new Set<string>();
    let position = 0;

    for (let step = 0; step < 60; step++) {
      const readings: WrittenReading[] = [];
      const add = (signalId: number, at: number, value: WrittenReading['value']) => {
        const table = typeof value === 'string' ? 'text' : 'number';
        if (used.has(`${signalId} ${at} ${table}`)) return;
        used.add(`${signalId} ${at} ${table}`);
        readings.push({ signalId, at, value, quality: pick(QUALITIES) });
      };
      for (const machine of machines) {
        // Now and then late, sometimes by hours, and now and then at the very time of another reading.
        const lateMs = random() < 0.2 ? Math.floor(random() * 30) * 60_000 : 0;
        const at = beginMs + step * 20_000 - lateMs;
        for (const signalId of machine.numbers) {
          if (random() < 0.7) add(signalId, at, Math.round(random() * 1000) / 10);
          if (random() < 0.05) add(signalId, at, 'over range');
        }
        if (random() < 0.4) add(machine.state, at, pick(WORDS));
        if (random() < 0.3) add(machine.reason, at + pick([0, 0, 100, 5000]), pick(REASONS));
      }
      if (readings.length > 0) position = await writer.write(readings);
    }

    await until(() => first.live.picture.position() >= position);
    const second = await start();
    // States that came late are put right from the database a moment later.
    const both = () => [first, second].map((server) => facts(server.live.picture.snapshot(site)));
    await expect
      .poll(() => isDeepStrictEqual(...(both() as [unknown, unknown])), {
        timeout: 8000,
        message: `seed ${seed}`,
      })
      .toBe(true)
      .catch(() => expect(both()[0]).toEqual(both()[1]));
  },
);

test('a state that is repeated every second began when it was first said, though that is more than 8 hours ago', async () => {
  const state = await writer.createSignal({ site: 'linz', machine: 'press', signal: 'state', kind: 'text' });
  const reason = await writer.createSignal({
    site: 'linz',
    machine: 'press',
    signal: 'reason',
    kind: 'text',
  });
  const nowMs = Date.now();
  const beginMs = nowMs - 9 * 3_600_000;
  const repeated = Array.from({ length: 540 }, (_, minute) => ({
    signalId: state,
    at: beginMs + minute * 60_000,
    value: 'breakdown',
  }));
  await writer.write([
    { signalId: state, at: beginMs - 60_000, value: 'running' },
    { signalId: reason, at: beginMs, value: 'broken belt' },
    ...repeated,
  ]);
  const server = await start();
  const machine = server.live.picture.snapshot('linz')?.lines[0]?.machines[0];
  expect(machine).toMatchObject({
    state: 'breakdown',
    reason: 'broken belt',
    since: beginMs,
    states: [[beginMs, 'breakdown', 'broken belt']],
  });
});

test('the latest of signals that spoke last seconds, days and years ago is found', async () => {
  const ages = { now: 1000, hours: 5 * 3_600_000, days: 20 * 86_400_000, years: 6000 * 86_400_000 };
  const nowMs = Date.now();
  const ids = new Map<string, number>();
  for (const [signal, ageMs] of Object.entries(ages)) {
    const signalId = await writer.createSignal({ site: 'wels', machine: 'press', signal });
    ids.set(signal, signalId);
    await writer.write([
      { signalId, at: nowMs - ageMs - 60_000, value: 1 },
      { signalId, at: nowMs - ageMs, value: 2 },
    ]);
  }
  const silent = await writer.createSignal({ site: 'wels', machine: 'press', signal: 'silent' });
  const server = await start();
  for (const [signal, ageMs] of Object.entries(ages)) {
    expect(server.live.picture.latest(ids.get(signal) ?? 0), signal).toEqual({
      atMicros: (nowMs - ageMs) * 1000,
      value: 2,
      quality: 'good',
      staleAfterMs: 180_000,
      goneSince: null,
    });
  }
  expect(server.live.picture.latest(silent)).toBeNull();
  expect(server.live.picture.stale(ids.get('days') ?? 0)).toBe(true);
  expect(server.live.picture.stale(ids.get('now') ?? 0)).toBe(false);
});

test('the order planned for now is shown, and a new one comes without a reading', async () => {
  await writer.createSignal({ site: 'steyr', machine: 'press', signal: 'speed' });
  const server = await start();
  const lineId = server.live.picture.snapshot('steyr')?.lines[0]?.lineId ?? 0;
  const client = await server.watch('steyr');
  await client.waitFor((event) => event.name === 'snapshot');
  const nowMs = Date.now();
  await writer.createOrder(lineId, {
    slug: 'A-17',
    plannedFrom: new Date(nowMs - 60_000),
    plannedTo: new Date(nowMs + 3_600_000),
  });
  await client.waitFor((event) => event.name === 'snapshot' && event.data.lines[0]?.order?.order === 'A-17');
  const later = await start();
  expect(later.live.picture.snapshot('steyr')?.lines[0]?.order).toMatchObject({
    order: 'A-17',
    product: 'bracket',
  });
});

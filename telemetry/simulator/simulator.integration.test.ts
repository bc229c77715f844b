import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import {
  expectEven,
  quietLog,
  startPipeline,
  type TestPipeline,
} from '../../tests/support/start-pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import type { MqttPort } from './broker/publisher.ts';
import { DEFAULT_SEED, SIMULATED_SITES } from './layout/simulated-sites.ts';
import { createSimulator, type Simulator } from './simulator.ts';
import { truthLineSchema, type TruthLine } from './truth/truth-line.ts';

// One line of the plant, told to a real database through all of ingest but the broker.
const SITES = SIMULATED_SITES.filter(({ site }) => site === 'porto').map((site) => ({
  ...site,
  lines: site.lines.filter(({ line }) => line === 'cell-1'),
}));
const START_MS = Date.UTC(2026, 10, 20, 12, 0, 30);
const DAY_MS = 86_400_000;

let db: TestDatabase;
let pipeline: TestPipeline;
let dataDir = '';
const clock = createFakeClock(START_MS);

beforeAll(async () => {
  db = await createTestDatabase();
  pipeline = await startPipeline(db.database);
  dataDir = await mkdtemp(join(tmpdir(), 'sentia-simulator-'));
});
afterAll(async () => {
  expectEven(pipeline.ingest.accounting());
  await db.close();
  await rm(dataDir, { recursive: true });
});

function createPort(): MqttPort {
  return {
    connected: true,
    publish: (topic, payload, _options, done) => {
      pipeline.send(topic, payload, { receivedAtMs: clock.now() }).then(() => done(), done);
    },
    on: () => undefined,
  };
}

/** Starts it against an API that says of every signal what the database holds. */
async function start(): Promise<Simulator> {
  const simulator = createSimulator({
    seed: DEFAULT_SEED,
    sites: SITES,
    dataDir,
    mqtt: { live: createPort(), past: createPort() },
    apiUrl: 'http://sentia.test/api/v1',
    clock,
    fetch: async () => {
      const [row] = await db.ownerSql<{ at: Date | null }[]>`SELECT max(at) AS at FROM telemetry.reading`;
      const at = row?.at?.toISOString() ?? null;
      const item = {
        site: 'porto',
        area: 'machining',
        line: 'cell-1',
        machine: 'saw',
        signalId: 1,
        signal: 'speed',
      };
      const latest = { ...item, unit: null, at, value: null, quality: 'good', stale: false, ageMs: null };
      return Response.json({ items: at === null ? [] : [latest], next: null });
    },
    log: quietLog,
    onStatus: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  await simulator.start();
  return simulator;
}

/** Moves time on until it has stopped, since it waits a moment for acknowledgements. */
async function stop(simulator: Simulator): Promise<void> {
  let stopped = false;
  const stopping = simulator.stop().finally(() => (stopped = true));
  while (!stopped) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1);
  }
  await stopping;
}

/** What is left to tell, as a killed process would find it. */
async function left(): Promise<{ density: string; pace: string; toS: number; remainingToS: number }[]> {
  const text = await readFile(join(dataDir, 'simulator', 'progress.json'), 'utf8');
  return (
    JSON.parse(text) as { passes: { density: string; pace: string; toS: number; remainingToS: number }[] }
  ).passes;
}

const fastIsTold = () =>
  vi.waitFor(async () => expect((await left()).filter(({ pace }) => pace === 'fast')).toEqual([]), {
    timeout: 50_000,
    interval: 50,
  });

async function truthOf(date: string): Promise<TruthLine[]> {
  const text = await readFile(join(dataDir, 'simulator', 'truth', `porto-${date}.ndjson`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => truthLineSchema.parse(JSON.parse(line)));
}

test('a new data directory gets its last day, from which the ground truth can be read to the second', async () => {
  const simulator = await start();
  await fastIsTold();
  await stop(simulator);

  const truth = [...(await truthOf('2026-11-19')), ...(await truthOf('2026-11-20'))];
  const outages = truth.filter((line) => line.type === 'outage');
  const heard = (machine: string, at: number) =>
    at >= START_MS - DAY_MS &&
    at < START_MS &&
    !outages.some((outage) => outage.machine === machine && at >= outage.from && at < outage.to);
  const events = await db.ownerSql<{ machine: string; signal: string; at: Date; text: string }[]>`
    SELECT machine.slug AS machine, signal.slug AS signal, at, text
    FROM telemetry.event JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)`;
  const counts = await db.ownerSql<{ machine: string; signal: string; at: Date; value: number }[]>`
    SELECT machine.slug AS machine, signal.slug AS signal, at, value
    FROM telemetry.reading JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)
    WHERE signal.slug IN ('good', 'reject')`;
  const stored = new Map<string, string | number>();
  for (const { machine, signal, at, text } of events)
    stored.set(`${machine} ${signal} ${at.getTime()}`, text);
  for (const { machine, signal, at, value } of counts)
    stored.set(`${machine} ${signal} ${at.getTime()}`, value);

  let compared = 0;
  for (const line of truth) {
    if (line.type !== 'segment' || !heard(line.machine, line.from)) continue;
    const machine = line.machine.split('/').at(-1) ?? '';
    const at = (signal: string, ms: number) => stored.get(`${machine} ${signal} ${ms}`);
    expect([line, at('state', line.from), at('reason', line.from)]).toEqual([
      line,
      line.state,
      line.reason ?? '',
    ]);
    const midnight = truth.some((day) => day.type === 'day' && day.from === line.from);
    if (midnight || !heard(line.machine, line.to)) continue;
    expect([line, Number(at('good', line.to)) - Number(at('good', line.from))]).toEqual([line, line.good]);
    expect([line, Number(at('reject', line.to)) - Number(at('reject', line.from))]).toEqual([
      line,
      line.reject,
    ]);
    compared++;
  }
  expect(compared).toBeGreaterThan(200);
});

test('every signal has its unit, orders are there, and nothing was refused or told twice', async () => {
  const signals = await db.ownerSql<
    { slug: string; unit: string | null; kind: string }[]
  >`SELECT slug, unit, kind FROM public.signal`;
  expect(signals.length).toBeGreaterThan(25);
  for (const { slug, unit, kind } of signals) {
    expect([slug, kind, unit === null]).toEqual([slug, kind, kind === 'text']);
  }
  const orders = await db.ownerSql<{ from: Date; to: Date }[]>`
    SELECT planned_from AS from, planned_to AS to FROM public.production_order ORDER BY planned_from`;
  expect(orders.length).toBeGreaterThanOrEqual(3);
  orders.slice(1).forEach((order, i) => expect(order.from).toEqual(orders[i]?.to));
  const { duplicate, conflict, deadLettered, stored } = pipeline.ingest.accounting();
  expect({ duplicate, conflict, deadLettered }).toEqual({ duplicate: 0, conflict: 0, deadLettered: 0 });
  expect(stored).toBeGreaterThan(40_000);
});

test('a start after a gap tells every second of it, stores each reading once and goes on with the older days', async () => {
  const before = pipeline.ingest.accounting();
  clock.advance(START_MS + 120_000 - clock.now());
  const simulator = await start();
  await fastIsTold();
  await stop(simulator);
  const speeds = await db.ownerSql<{ at: Date }[]>`
    SELECT at FROM telemetry.reading JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)
    WHERE machine.slug = 'cnc-1' AND signal.slug = 'speed' AND at > ${new Date(START_MS)} ORDER BY at`;
  expect(speeds.map(({ at }) => at.getTime())).toEqual(
    Array.from({ length: 120 }, (_, i) => START_MS + (i + 1) * 1000),
  );
  const { conflict, deadLettered } = pipeline.ingest.accounting();
  expect({ conflict, deadLettered }).toEqual({
    conflict: before.conflict,
    deadLettered: before.deadLettered,
  });
  const older = await left();
  expect(older.map(({ density, pace }) => `${density} ${pace}`)).toEqual(['between slow', 'minutes slow']);
});

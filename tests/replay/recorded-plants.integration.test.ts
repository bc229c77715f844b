import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectBroker } from '../../cli/replay/connect-broker.ts';
import { parseOptions, type RawOptions } from '../../cli/replay/options.ts';
import { openPublisher } from '../../cli/replay/publisher.ts';
import { prepareReplay, runReplay } from '../../cli/replay/run-replay.ts';
import { systemClock } from '../../contracts/clock.ts';
import { createApi } from '../../server/api/create-api.ts';
import { parseEnvironment } from '../../contracts/environment.ts';
import type { Feed } from '../../telemetry/feeds/feed.ts';
import { startFeed } from '../../telemetry/start-feed.ts';
import { expectEven, quietLog, startPipeline, type TestPipeline } from '../support/start-pipeline.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { pairsIn, readIndependently, type Expected } from './independent-table.ts';

// Real recordings go in through the broker and come out of the API whole. The files are beside the project, not in it.
const DATA = path.resolve(import.meta.dirname, '../../../shared/data');
const START = Date.UTC(2020, 0, 1);

interface Recording {
  name: string;
  file: string;
  options: Partial<RawOptions> & { time: string };
  micros: (cell: string) => number;
  /** Readings beyond the distinct pairs: [same value, other value]. */
  repeats: [number, number];
}

const RECORDINGS: Recording[] = [
  {
    name: 'steel plant electricity',
    file: 'steel_energy/Steel_industry_data.csv',
    options: { time: 'date' },
    micros: (cell) => {
      const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = cell.split(/[- :]/).map(Number);
      return Date.UTC(year, month - 1, day, hour, minute) * 1000;
    },
    repeats: [0, 0],
  },
  {
    name: 'Tennessee Eastman plant',
    file: 'tep/idv01.csv',
    options: { time: 'time_h', timeUnit: 'h', start: new Date(START).toISOString() },
    micros: (cell) => START * 1000 + Math.round(Number(cell) * 3_600_000_000),
    repeats: [0, 0],
  },
  {
    name: 'machine temperature',
    file: 'nab/unlabelled/machine_temperature_system_failure.csv',
    options: { time: 'timestamp' },
    micros: (cell) => Date.parse(`${cell.replace(' ', 'T')}Z`) * 1000,
    repeats: [0, 12],
  },
];

// A year of a plant goes through the whole path: the limit is there for what hangs, not for what is slow.
vi.setConfig({ testTimeout: 300_000 });

let db: TestDatabase;
let pipeline: TestPipeline;
let broker: TestBroker | null = null;
let feed: Feed;
let brokerUrl: string;
let server: Server;
let base: string;

beforeAll(async () => {
  db = await createTestDatabase();
  pipeline = await startPipeline(db.database);
  // The embedded broker; in the run against real services Mosquitto with its untouched defaults.
  if (process.env['SENTIA_TEST_BROKER'] === 'mosquitto') broker = await startTestBroker();
  const environment = parseEnvironment(
    broker === null ? { SENTIA_MQTT_PORT: '0' } : { MQTT_URL: broker.url },
  );
  if (!environment.ok) throw new Error(environment.lines.join('\n'));
  const started = await startFeed({
    settings: environment.settings,
    internal: { dataDir: '', databaseSocketDir: null, brokerPasswords: {}, demo: false },
    installation: 'test',
    ingest: pipeline.ingest,
    clock: systemClock,
    log: quietLog,
  });
  feed = started.feed;
  brokerUrl = broker?.url ?? `mqtt://127.0.0.1:${started.port ?? 0}`;
  await vi.waitFor(() => expect(feed.status().connected).toBe(true), { timeout: 20_000 });
  const rows = await db.ownerSql<{ id: number }[]>`SELECT organisation_id AS id FROM public.organisation`;
  const visitor = { name: 'Test', organisationIds: rows.map(({ id }) => id) };
  const live = { machineState: () => null, latest: () => null, stale: () => true };
  const app = express();
  app.use(
    '/api/v1',
    createApi({ database: db.database, live, clock: systemClock, log: quietLog, visitorOf: () => visitor }),
  );
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await feed.stop();
  await broker?.stop();
  await db.close();
});

/** Publishes the file and waits until all that a broker has acknowledged is stored too. */
async function replay(file: string, topic: string, given: Recording['options']) {
  const before = pipeline.ingest.accounting().received;
  const options = parseOptions({ topic, zone: 'UTC', decimal: 'point', max: true, ...given }, Date.now());
  const prepared = await prepareReplay(file, options, systemClock);
  const publisher = await openPublisher({
    connect: () => connectBroker({ url: brokerUrl, ca: null }),
    clock: systemClock,
    windowMessages: 32,
    giveUpAfterMs: 30_000,
  });
  const stop = new AbortController().signal;
  const account = await runReplay(prepared, { publisher, clock: systemClock, stop });
  await publisher.close();
  const taken = () => pipeline.ingest.accounting().received - before;
  await expect.poll(taken, { timeout: 60_000 }).toBe(account.readings.published);
  await pipeline.ingest.drain();
  return account;
}

async function storedOf(machine: string): Promise<number> {
  const [row] = await db.ownerSql<{ count: number }[]>`
    SELECT count(*)::int AS count FROM telemetry.reading
    JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id) WHERE machine.slug = ${machine}`;
  return row?.count ?? 0;
}

/** `readings.csv` of one signal over a range that is wider than the recording by a day, as time in microseconds → value. */
async function download(signal: string, times: readonly number[]): Promise<Map<number, number>> {
  const DAY_MS = 86_400_000;
  const from = new Date(times.reduce((a, b) => Math.min(a, b)) / 1000 - DAY_MS).toISOString();
  const to = new Date(times.reduce((a, b) => Math.max(a, b)) / 1000 + DAY_MS).toISOString();
  const query = new URLSearchParams({ signal, from, to });
  const response = await fetch(`${base}/readings.csv?${query.toString()}`);
  expect(response.status).toBe(200);
  const [header, ...lines] = (await response.text()).trimEnd().split(/\r?\n/);
  expect(header).toBe('at,value,quality');
  return new Map(
    lines.map((line) => {
      const [at = '', value = ''] = line.split(',');
      const [, seconds = '', fraction = ''] = /^(.*)\.(\d+)Z$/.exec(at) ?? [];
      return [Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, '0')), Number(value)];
    }),
  );
}

async function expectWhole(expected: Expected, place: string): Promise<void> {
  for (const [signal, times] of expected) {
    const stored = await download(`${place}/${signal}`, [...times.keys()]);
    const ordered = new Map([...times].sort(([a], [b]) => a - b));
    expect(stored, signal).toEqual(ordered);
  }
}

test.for(RECORDINGS)(
  'the $name recording is stored whole and comes out of the API whole',
  async ({ file, options, micros, repeats: [same, different] }, { skip }) => {
    const source = path.join(DATA, file);
    if (!existsSync(source)) skip(`${source} is not there: the recordings stand beside the project`);
    const machine = path.basename(file, '.csv');
    const place = `recorded/area/line/${machine}`;
    const expected = readIndependently(source, options.time, micros);
    const pairs = pairsIn(expected);
    const before = pipeline.ingest.accounting();

    const account = await replay(source, `plants/${place}`, options);

    expect(account).toMatchObject({
      complete: true,
      rows: { refused: 0 },
      readings: {
        published: pairs + same + different,
        distinct: pairs,
        repeatedSame: same,
        repeatedDifferent: different,
      },
    });
    const after = pipeline.ingest.accounting();
    expectEven(after);
    expect(after.stored - before.stored).toBe(pairs);
    // On a machine so busy that a PUBACK outlasts the keepalive, messages are sent again: that counts, and stores nothing.
    const counted = { same: after.duplicate - before.duplicate, different: after.conflict - before.conflict };
    const sentAgain = account.messages.repeated > 0;
    expect(sentAgain ? { same: Math.min(counted.same, same), different } : counted).toEqual({
      same,
      different,
    });
    expect(await storedOf(machine)).toBe(pairs);
    await expectWhole(expected, place);
  },
);

test('a recording that is replayed again changes nothing', async ({ skip }) => {
  const recording = RECORDINGS[2]!;
  const source = path.join(DATA, recording.file);
  if (!existsSync(source)) skip(`${source} is not there: the recordings stand beside the project`);
  const place = 'recorded/area/line/again';
  const first = await replay(source, `plants/${place}`, recording.options);
  const stored = await storedOf('again');
  const before = pipeline.ingest.accounting();
  const again = await replay(source, `plants/${place}`, recording.options);
  const after = pipeline.ingest.accounting();
  expect(stored).toBe(first.readings.distinct);
  expect(await storedOf('again')).toBe(stored);
  expect(after.stored).toBe(before.stored);
  const duplicate = after.duplicate - before.duplicate;
  expect(again.messages.repeated > 0 ? Math.min(duplicate, stored) : duplicate).toBe(stored);
});

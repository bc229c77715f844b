import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mqtt from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choosePort } from '../../cli/supervisor/free-port.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const MESSAGES = 6_000;
const UNDER_WAY = 200;
const SIGNALS = 20;
const AT_MS = Date.UTC(2025, 10, 20);
const PREFIX = 'plants/scale/hall/line/machine';
const ROOT = path.join(import.meta.dirname, '../..');
const PATIENT = { timeout: 60_000, interval: 200 };

/** What docs/scale-out.md asks of Mosquitto, but for the place of its file. */
const CONFIG = [
  'allow_anonymous true',
  'persistence true',
  'max_queued_messages 0',
  'max_inflight_messages 0',
];

let db: TestDatabase;
let folder: string;
let broker: ChildProcess;
let brokerUrl: string;
let telemetries: Map<string, ChildProcess>;
let servers: ServerProcess[];

beforeEach(async () => {
  db = await createTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), 'sentia-scale-'));
  const port = await choosePort(0, '127.0.0.1');
  const config = path.join(folder, 'mosquitto.conf');
  writeFileSync(
    config,
    [`listener ${port} 127.0.0.1`, `persistence_location ${folder}/`, ...CONFIG, ''].join('\n'),
  );
  broker = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
  brokerUrl = `mqtt://127.0.0.1:${port}`;
  telemetries = new Map();
  servers = [];
});
afterEach(async () => {
  for (const server of servers) await server.kill();
  for (const name of telemetries.keys()) await kill(name);
  const gone = new Promise((resolve) => broker.once('exit', resolve));
  broker.kill('SIGKILL');
  await gone;
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each has a data directory of its own, and by it a client id and a writer's name of its own. */
function environmentOf(name: string): Record<string, string> {
  const dataDir = path.join(folder, name);
  mkdirSync(dataDir, { recursive: true });
  const { connection } = db;
  return {
    SENTIA_LOG_LEVEL: 'warn',
    SENTIA_INTERNAL: JSON.stringify({ dataDir, databaseSocketDir: null, brokerPasswords: {}, demo: false }),
    SENTIA_DATA_DIR: dataDir,
    DATABASE_URL: connection.kind === 'url' ? connection.url : '',
    MQTT_URL: brokerUrl,
    SENTIA_TOPICS: '$share/sentia/plants/#',
  };
}

function startTelemetry(name: string): void {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'telemetry/main.ts')], {
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', ...environmentOf(name) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  telemetries.set(name, child);
}

async function kill(name: string): Promise<void> {
  const child = telemetries.get(name);
  telemetries.delete(name);
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exited;
}

async function startServer(name: string): Promise<string> {
  const port = await choosePort(0, '127.0.0.1');
  const server = startServerProcess({ ...environmentOf(name), PORT: String(port) });
  servers.push(server);
  await server.heard('ready');
  return `http://127.0.0.1:${port}`;
}

async function stored(): Promise<{ rows: number; distinct: number; ledger: number; writers: number }> {
  const [row] = await db.ownerSql<{ rows: number; distinct: number; ledger: number; writers: number }[]>`
    SELECT count(*) AS rows, count(DISTINCT value) AS distinct,
           (SELECT coalesce(sum(stored), 0)::int FROM telemetry.ingest_batch) AS ledger,
           (SELECT count(DISTINCT writer) FROM telemetry.ingest_batch) AS writers
    FROM telemetry.reading`;
  return row ?? { rows: 0, distinct: 0, ledger: 0, writers: 0 };
}

/** Publishes all, few unacknowledged at a time, and calls back as it goes. */
async function publishAll(client: mqtt.MqttClient, at: Map<number, () => Promise<void>>): Promise<void> {
  for (let from = 0; from < MESSAGES; from += UNDER_WAY) {
    const values = Array.from({ length: UNDER_WAY }, (_, i) => from + i);
    await Promise.all(
      values.map((i) =>
        client.publishAsync(`${PREFIX}/s-${i % SIGNALS}`, JSON.stringify({ value: i, at: AT_MS + i }), {
          qos: 1,
        }),
      ),
    );
    await at.get(from)?.();
  }
}

async function latestOf(server: string): Promise<unknown> {
  const answer = await fetch(new URL('/api/v1/signals/latest?site=scale', server));
  const { items = [] } = (await answer.json()) as { items?: { signal: string; at: string; value: number }[] };
  return items
    .filter(({ signal }) => signal.startsWith('s-'))
    .map(({ signal, at, value }) => [signal, at, value])
    .sort();
}

test('two telemetries share a feed, one is killed in mid-stream: each reading is stored once, two servers show the same', async () => {
  startTelemetry('one');
  startTelemetry('two');
  const urls = await Promise.all(['three', 'four'].map(startServer));
  const client = await mqtt.connectAsync(brokerUrl);
  // The same reading until both have met it: then both have subscribed.
  const bothRead = async () => {
    const probe = JSON.stringify({ value: -1, at: AT_MS - 1 });
    await client.publishAsync(`${PREFIX}/probe`, probe, { qos: 1 });
    return (await stored()).writers;
  };
  await expect.poll(bothRead, PATIENT).toBe(2);
  await publishAll(
    client,
    new Map([
      [1_000, () => kill('one')],
      [4_000, async () => startTelemetry('one')],
    ]),
  );
  await expect.poll(async () => (await stored()).rows, PATIENT).toBe(MESSAGES + 1);
  expect(await stored()).toMatchObject({ rows: MESSAGES + 1, distinct: MESSAGES + 1, ledger: MESSAGES + 1 });
  const shares = await db.ownerSql<{ stored: number }[]>`
    SELECT sum(stored)::int AS stored FROM telemetry.ingest_batch GROUP BY writer`;
  expect(shares.filter((share) => share.stored > MESSAGES / 10)).toHaveLength(2);
  await client.endAsync();

  const expected = Array.from({ length: SIGNALS }, (_, i) => {
    const last = MESSAGES - SIGNALS + i;
    return [`s-${i}`, new Date(AT_MS + last).toISOString(), last];
  }).sort();
  for (const url of urls) await expect.poll(() => latestOf(url), PATIENT).toEqual(expected);
});

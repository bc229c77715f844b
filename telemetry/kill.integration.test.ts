import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort, startTestBroker, type TestBroker } from '../tests/support/test-broker.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';

const MESSAGES = 3_000;
const AT_MS = Date.UTC(2025, 10, 20);

let db: TestDatabase;
let folder: string;
let port: number;
let child: ChildProcess | null;
let broker: TestBroker | null;

beforeEach(async () => {
  db = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'sentia-kill-'));
  port = await freePort();
  child = null;
  broker = null;
});

afterEach(async () => {
  await kill();
  await broker?.stop();
  await db.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts the process as the supervisor does. */
function start(environment: Record<string, string> = {}): void {
  const { connection } = db;
  const internal = {
    dataDir: folder,
    databaseSocketDir: connection.kind === 'socket' ? connection.socketDir : null,
    brokerPasswords: {},
    demo: false,
  };
  child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'main.ts')], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'test',
      SENTIA_LOG_LEVEL: 'warn',
      SENTIA_INTERNAL: JSON.stringify(internal),
      ...(connection.kind === 'url' ? { DATABASE_URL: connection.url } : {}),
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function kill(): Promise<void> {
  const running = child;
  child = null;
  if (running === null || running.exitCode !== null || running.signalCode !== null) return;
  const exited = new Promise((resolve) => running.once('exit', resolve));
  running.kill('SIGKILL');
  await exited;
}

async function stored(): Promise<number> {
  const [row] = await db.ownerSql<{ count: number }[]>`SELECT count(*) FROM telemetry.reading`;
  return row?.count ?? 0;
}

/** Publishes with few unacknowledged: MQTT.js sends those again one by one after a reconnect. */
function publishAll(client: mqtt.MqttClient): Promise<void> {
  let sent = 0;
  let acknowledged = 0;
  return new Promise((resolve, reject) => {
    const next = () => {
      while (sent < MESSAGES && sent - acknowledged < 100) {
        const i = sent++;
        const payload = JSON.stringify({ value: i, at: AT_MS + i });
        client.publish(`plants/ulm/a/l/m-${i % 5}/s-${i % 20}`, payload, { qos: 1 }, (error) => {
          if (error) return reject(error);
          acknowledged++;
          if (acknowledged === MESSAGES) resolve();
          else next();
        });
      }
    };
    next();
  });
}

/** The ledger and the tables say the same, and each message is there once. */
async function expectEachOnce(): Promise<void> {
  await expect.poll(stored, { timeout: 30_000, interval: 200 }).toBe(MESSAGES);
  const [distinct] = await db.ownerSql<
    { count: number }[]
  >`SELECT count(DISTINCT value) FROM telemetry.reading`;
  expect(distinct?.count).toBe(MESSAGES);
  const [ledger] = await db.ownerSql<{ stored: number }[]>`SELECT stored FROM telemetry.ledger_total`;
  expect(ledger?.stored).toBe(MESSAGES);
}

test('after kill -9 in the middle of a replay through the embedded broker every message is stored once', async () => {
  start({ SENTIA_MQTT_PORT: String(port) });
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 100 });
  const all = publishAll(client);
  for (const part of [0.2, 0.5]) {
    await expect.poll(stored, { timeout: 30_000, interval: 20 }).toBeGreaterThan(MESSAGES * part);
    await kill();
    start({ SENTIA_MQTT_PORT: String(port) });
  }
  await all;
  await expectEachOnce();
  await client.endAsync(true);
});

test('after kill -9 in the middle of a replay through another broker every message is stored once', async () => {
  broker = await startTestBroker();
  start({ MQTT_URL: broker.url });
  const client = mqtt.connect(broker.url, { reconnectPeriod: 100 });
  // The broker must know our session before it can keep anything for us.
  await expect
    .poll(
      async () => {
        await client.publishAsync('plants/ulm/a/l/m-0/s-0', JSON.stringify({ value: 0, at: AT_MS }), {
          qos: 1,
        });
        return stored();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  const all = publishAll(client);
  await expect.poll(stored, { timeout: 30_000, interval: 20 }).toBeGreaterThan(MESSAGES * 0.2);
  await kill();
  start({ MQTT_URL: broker.url });
  await all;
  await expectEachOnce();
  await client.endAsync(true);
});

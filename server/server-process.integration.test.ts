import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { healthSchema, type Health } from '../contracts/health.ts';
import type { Beat, LiveEvent } from '../contracts/live.ts';
import { openDatabase } from '../prisma/open-database.ts';
import { freePort, startBellBroker, type BellBroker } from '../tests/support/bell-broker.ts';
import {
  createDataDirectory,
  startEmbeddedProcess,
  type EmbeddedProcess,
} from '../tests/support/embedded-process.ts';
import { createLedgerWriter, type LedgerWriter } from '../tests/support/ledger-writer.ts';
import { startServerProcess, type ServerProcess } from '../tests/support/server-process.ts';
import { openSse, type SseClient } from '../tests/support/sse-client.ts';

/** Guarantee 4: on the page within 3 s. The beat that says so must be there before. */
const GONE_WITHIN_MS = 3000;
const cleanUps: (() => unknown)[] = [];
let place: Awaited<ReturnType<typeof createDataDirectory>>;
let broker: BellBroker;
let database: EmbeddedProcess;
let server: ServerProcess;
let url: string;
let writer: LedgerWriter;
let signalId: number;

/** One plant for all: each test leaves it as it found it, with real processes for database, broker and server. */
beforeAll(async () => {
  place = await createDataDirectory();
  cleanUps.push(place.remove);
  broker = await startBroker();
  const port = await freePort();
  server = startServerProcess({
    PORT: String(port),
    SENTIA_MQTT_PORT: String(broker.port),
    SENTIA_INTERNAL: internalOf(place.dataDir, place.socketDir),
  });
  cleanUps.push(() => server.kill());
  url = `http://127.0.0.1:${port}`;
});

afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

async function startBroker(port?: number): Promise<BellBroker> {
  const started = await startBellBroker(port);
  cleanUps.push(() => started.kill());
  return started;
}

async function startDatabase(): Promise<EmbeddedProcess> {
  const started = await startEmbeddedProcess(place.dataDir);
  cleanUps.push(() => started.kill());
  return started;
}

const internalOf = (dataDir: string, databaseSocketDir: string) =>
  JSON.stringify({ dataDir, databaseSocketDir, brokerPasswords: {}, demo: false });

const write = (value: number) => writer.write([{ signalId, at: Date.now(), value }]);

async function watch(): Promise<SseClient> {
  const client = await openSse(`${url}/api/v1/sites/ulm/live`);
  cleanUps.push(() => client.close());
  await client.waitFor((event) => event.name === 'beat' && event.data.live);
  return client;
}

/** The first beat after now of which `live` is as asked. */
async function nextBeat(client: SseClient, live: boolean, withinMs: number): Promise<Beat> {
  const seen = client.events.length;
  const fits = (event: LiveEvent) =>
    event.name === 'beat' && event.data.live === live && client.events.indexOf(event) >= seen;
  const event = await client.waitFor(fits, withinMs);
  if (event.name !== 'beat') throw new Error('not a beat');
  return event.data;
}

async function health(): Promise<{ status: number; body: Health }> {
  const response = await fetch(`${url}/healthz`);
  return { status: response.status, body: healthSchema.parse(await response.json()) };
}

test('before the database is there the server says that it is starting', async () => {
  await server.heard('status');
  const before = await health();
  expect(before.status).toBe(503);
  expect(before.body.parts?.['server']).toMatchObject({ status: 'starting', pid: server.child.pid });
  expect((await fetch(`${url}/api/v1/sites/ulm/live`)).status).toBe(503);
  expect((await fetch(url, { headers: { Accept: 'text/html' } })).status).toBe(503);

  database = await startDatabase();
  expect(url).toContain(`:${(await server.heard('ready')).port}`);
  await expect.poll(async () => (await health()).status, { timeout: 10_000 }).toBe(200);
  const port = await openDatabase({ target: { kind: 'socket', socketDir: place.socketDir }, name: 'test' });
  cleanUps.push(() => port.close());
  writer = createLedgerWriter(port);
  signalId = await writer.createSignal({ site: 'ulm', machine: 'press', signal: 'temperature' });
  await write(1);
  await expect
    .poll(async () => (await fetch(`${url}/api/v1/sites/ulm/live`, { method: 'HEAD' })).status)
    .toBe(200);
});

test('the database is killed: pages learn it within 3 s, and values are live again once it is back', async () => {
  const client = await watch();
  await database.kill();
  expect(await nextBeat(client, false, GONE_WITHIN_MS)).toMatchObject({ database: { ok: false } });
  expect(await health()).toMatchObject({
    status: 503,
    body: { status: 'down', parts: { database: { status: 'down' }, server: { status: 'ok' } } },
  });

  database = await startDatabase();
  await nextBeat(client, true, 15_000);
  const position = await write(42);
  await client.waitFor((event) => event.position >= position);
  expect((await health()).status).toBe(200);
});

test('the database is stopped without a word: pages learn it within 3 s, and it goes on where it stood', async () => {
  const client = await watch();
  database.child.kill('SIGSTOP');
  const beat = await nextBeat(client, false, GONE_WITHIN_MS);
  expect(beat.reason).toContain('The database does not answer');
  database.child.kill('SIGCONT');
  await nextBeat(client, true, 15_000);
  const position = await write(43);
  await client.waitFor((event) => event.position >= position);
});

test.each(['SIGKILL', 'SIGSTOP'] as const)(
  'the broker gets %s: pages learn it within 3 s',
  async (signal) => {
    const client = await watch();
    broker.child.kill(signal);
    const beat = await nextBeat(client, false, GONE_WITHIN_MS);
    expect(beat.reason).toMatch(/broker|telemetry/);
    const { status, body } = await health();
    expect(status).toBe(503);
    expect(body.parts?.['database']?.status).toBe('ok');
    await broker.kill();
    broker = await startBroker(broker.port);
    await nextBeat(client, true, 15_000);
  },
);

test('a part that its supervisor restarts is not healthy, whatever was heard of it', async () => {
  const running = { pid: 4711, status: 'running', detail: '', restarts: 0 } as const;
  const telemetry = { ...running, status: 'restarting', detail: 'Ended with signal SIGKILL' } as const;
  server.tell({ type: 'processes', processes: { telemetry, simulator: running } });
  await expect.poll(async () => (await health()).status).toBe(503);
  const { body } = await health();
  expect(body.parts?.['telemetry']).toMatchObject({ status: 'down', detail: telemetry.detail, pid: 4711 });
  expect(body.parts?.['simulator']).toMatchObject({ status: 'ok', pid: 4711 });
});

test('told to stop it ends its streams and itself, even when the database does not answer', async () => {
  const client = await watch();
  database.child.kill('SIGSTOP');
  await nextBeat(client, false, GONE_WITHIN_MS);
  expect(await server.stop()).toBe(0);
  await client.ended;
});

test('a port in use is one clear line and no restart', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  cleanUps.push(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const second = startServerProcess({
    PORT: String(port),
    SENTIA_INTERNAL: internalOf('/nowhere', '/nowhere'),
  });
  cleanUps.push(() => second.kill());
  expect((await second.heard('fatal')).message).toBe(
    `Port ${port} on 127.0.0.1 is in use by another program. Stop it, or set PORT to another port.`,
  );
  expect(await second.exited).toBe(2);
});

import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../contracts/clock.ts';
import { openDatabase } from '../../prisma/open-database.ts';
import { startCuttableDatabase } from '../../tests/support/cuttable-database.ts';
import { startCuttableLine } from '../../tests/support/cuttable-line.ts';
import { connectRawMqtt } from '../../tests/support/raw-mqtt.ts';
import {
  expectEven,
  quietLog,
  startPipeline,
  type TestPipeline,
} from '../../tests/support/start-pipeline.ts';
import { startTestBroker, type TestBroker } from '../../tests/support/test-broker.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { INGEST_LIMITS } from '../ingest.ts';
import { startEmbeddedFeed } from './embedded.ts';
import type { Feed } from './feed.ts';
import { createIdentify } from './identify.ts';
import { startMqttFeed } from './mqtt.ts';

// Broker, feed, ingest and database together, under what brokers and networks do: through Sentia's own broker and
// through another.

const FEEDS = ['embedded', 'mqtt'] as const;
type Kind = (typeof FEEDS)[number];
const AT_MS = Date.UTC(2025, 10, 20);
/** A busy machine is no failure. */
const SOON = { timeout: 20_000 };

let db: TestDatabase;
let pipeline: TestPipeline;
let broker: TestBroker | null;
let feed: Feed;
let site: string;
let clients: MqttClient[];
let cleanUps: (() => Promise<void> | void)[];

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

beforeEach((context) => {
  site = `site-${context.task.id}`;
  clients = [];
  cleanUps = [];
  broker = null;
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  await feed.stop();
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
  await broker?.stop();
});

/** @returns the port where machines publish. */
async function start(kind: Kind, over: Parameters<typeof startPipeline>[1] = {}): Promise<number> {
  pipeline = await startPipeline(over.database ?? db.database, { writer: `writer-${site}`, ...over });
  if (kind === 'mqtt') {
    broker = await startTestBroker();
    startReading(broker.port);
    await expect.poll(() => feed.status().connected, SOON).toBe(true);
    return broker.port;
  }
  const embedded = await startEmbeddedFeed({
    host: '127.0.0.1',
    port: 0,
    topics: ['plants/#'],
    identify: createIdentify({ passwords: {}, defaultOrganisation: 'plant', simulatorOrganisation: 'demo' }),
    take: (message, onDurable) => pipeline.ingest.take(message, onDurable),
    clock: systemClock,
    log: quietLog,
  });
  feed = embedded;
  return embedded.port;
}

function startReading(port: number, topics = ['plants/#']): void {
  feed = startMqttFeed({
    options: { url: `mqtt://127.0.0.1:${port}`, ca: null, topics, clientId: `sentia-${site}` },
    ingest: pipeline.ingest,
    clock: systemClock,
    log: quietLog,
  });
}

async function publisher(port: number, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 50, ...options });
  clients.push(client);
  return client;
}

const topicOf = (signal: string) => `plants/${site}/hall/line/press/${signal}`;
const reading = (i: number) => JSON.stringify({ value: i, at: AT_MS + i });
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

async function storedValues(): Promise<number[]> {
  const rows = await db.ownerSql<{ value: number }[]>`
    SELECT value FROM telemetry.reading JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)
    JOIN public.line USING (line_id) JOIN public.area USING (area_id) JOIN public.site USING (site_id)
    WHERE site.slug = ${site} ORDER BY value`;
  return rows.map(({ value }) => value);
}
const stored = () => expect.poll(storedValues, { ...SOON, interval: 100 });

async function letters(): Promise<Record<string, unknown>[]> {
  const rows = await db.ownerSql`
    SELECT reason, size FROM telemetry.dead_letter WHERE topic LIKE ${`plants/${site}/%`} ORDER BY dead_letter_id`;
  return rows.map((row) => ({ ...row }));
}

async function expectBooks(): Promise<void> {
  await expect.poll(() => pipeline.ingest.accounting().inFlight, SOON).toBe(0);
  const accounting = pipeline.ingest.accounting();
  expectEven(accounting);
  const [ledger] = await db.ownerSql`
    SELECT coalesce(sum(received), 0)::int AS received, coalesce(sum(stored), 0)::int AS stored
    FROM telemetry.ingest_batch WHERE writer = ${`writer-${site}`}`;
  expect(ledger).toEqual({ received: accounting.received - accounting.shed, stored: accounting.stored });
}

test.each(FEEDS)(
  '%s: messages of QoS 0, 1 and 2 and redeliveries with DUP are each stored once',
  async (kind) => {
    const port = await start(kind);
    const client = await publisher(port);
    // aedes loses QoS 2 on the way to its subscribers (what comes out of order it takes for repeated), Mosquitto 2.0.11
    // what comes beyond 20 of QoS 2 under way: the one gets none of it, the other few at a time. Ours gets all at once.
    const kinds = broker?.kind === 'aedes' ? 2 : 3;
    const atOnce = kind === 'embedded' ? 300 : 10;
    for (let from = 0; from < 300; from += atOnce) {
      const values = numbers(atOnce).map((i) => from + i);
      await Promise.all(
        values.map((i) =>
          client.publishAsync(topicOf('a'), reading(i), { qos: ([0, 1, 2] as const)[i % kinds] ?? 0 }),
        ),
      );
    }
    await stored().toEqual(numbers(300));
    const raw = await connectRawMqtt(port, { clientId: `raw-${site}` });
    for (const i of numbers(100)) raw.publish(topicOf('a'), reading(i), { qos: 1, dup: true, id: i + 1 });
    await expect.poll(() => raw.acknowledged.length, SOON).toBe(100);
    await expect.poll(() => pipeline.ingest.accounting().duplicate, SOON).toBe(100);
    raw.destroy();
    await expectBooks();
  },
);

test.each(FEEDS)('%s: a flood of retained messages and of empty ones is accounted for', async (kind) => {
  const port = await start(kind);
  const client = await publisher(port);
  await Promise.all(
    numbers(1_000).map((i) => client.publishAsync(topicOf(`s-${i}`), reading(i), { qos: 1, retain: true })),
  );
  await stored().toEqual(numbers(1_000));
  await Promise.all(
    numbers(1_000).map((i) => client.publishAsync(topicOf(`s-${i}`), '', { qos: 1, retain: true })),
  );
  await expect.poll(async () => (await letters()).length, SOON).toBe(1_000);
  expect(new Set((await letters()).map(({ reason }) => reason))).toEqual(new Set(['empty_payload']));
  // The broker has forgotten them: a reader to come gets nothing.
  const seen: string[] = [];
  client.on('message', (topic) => seen.push(topic));
  await client.subscribeAsync(`plants/${site}/#`);
  await client.publishAsync(topicOf('s-0'), '', { qos: 1 });
  await expect.poll(() => seen, SOON).toEqual([topicOf('s-0')]);
  await expectBooks();
});

test('what a broker had retained before we came is stored, as uncertain where nobody knows its time', async () => {
  pipeline = await startPipeline(db.database, { writer: `writer-${site}` });
  broker = await startTestBroker();
  const client = await publisher(broker.port);
  const retain = { qos: 1, retain: true } as const;
  await Promise.all(numbers(500).map((i) => client.publishAsync(topicOf(`s-${i}`), String(i), retain)));
  startReading(broker.port);
  await stored().toEqual(numbers(500));
  const [quality] = await db.ownerSql`SELECT count(*) FROM telemetry.reading
    JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id) JOIN public.line USING (line_id)
    JOIN public.area USING (area_id) JOIN public.site USING (site_id) WHERE site.slug = ${site} AND quality = 1`;
  expect(quality?.['count']).toBe(500);
  await expectBooks();
});

test("a broker's own $SYS topics are not read, even where everything is", async () => {
  pipeline = await startPipeline(db.database, { writer: `writer-${site}` });
  broker = await startTestBroker();
  startReading(broker.port, ['#']);
  await expect.poll(() => feed.status().connected, SOON).toBe(true);
  const client = await publisher(broker.port);
  await client.publishAsync('notes/shift', 'hello', { qos: 1 });
  await client.publishAsync(topicOf('a'), reading(1), { qos: 1 });
  await stored().toEqual([1]);
  // Beside the reading only the note, which names no machine.
  expect(pipeline.ingest.accounting()).toMatchObject({ messages: 2, stored: 1, deadLettered: 1 });
});

test.each(FEEDS)(
  '%s: a message of 12 MB becomes a dead letter and its neighbours are stored',
  async (kind) => {
    const port = await start(kind);
    const client = await publisher(port);
    await client.publishAsync(topicOf('a'), reading(1), { qos: 1 });
    await client.publishAsync(topicOf('a'), Buffer.alloc(12 * 1024 * 1024, 0x31), { qos: 1 });
    await client.publishAsync(topicOf('a'), reading(2), { qos: 1 });
    await stored().toEqual([1, 2]);
    await expect.poll(letters, SOON).toEqual([{ reason: 'payload_too_large', size: 12 * 1024 * 1024 }]);
    await expectBooks();
  },
);

test('a publisher that takes over the client id of another loses nothing that was acknowledged', async () => {
  const port = await start('embedded');
  const acknowledged: number[] = [];
  for (const round of numbers(5)) {
    const raw = await connectRawMqtt(port, { clientId: 'same' });
    for (const i of numbers(100)) raw.publish(topicOf('a'), reading(round * 100 + i), { qos: 1, id: i + 1 });
    await expect.poll(() => raw.acknowledged.length, SOON).toBeGreaterThan(0);
    cleanUps.push(() => {
      acknowledged.push(...raw.acknowledged.map((id) => round * 100 + id - 1));
      raw.destroy();
    });
  }
  await expect.poll(() => feed.status().clients, SOON).toBe(1);
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
  await expect.poll(() => feed.status().clients, SOON).toBe(0);
  const values = await storedValues();
  expect(acknowledged.filter((value) => !values.includes(value))).toEqual([]);
  await expectBooks();
});

test('when somebody takes our client id the feed tells that it is cut off, comes back and misses nothing', async () => {
  const port = await start('mqtt');
  const client = await publisher(port);
  const details: (string | null)[] = [];
  const watching = setInterval(() => details.push(feed.status().detail), 5);
  cleanUps.push(() => clearInterval(watching));
  // With our session it would be handed our messages too: it leaves before any are sent.
  const version: mqtt.IClientOptions =
    broker?.kind === 'mosquitto'
      ? { protocolVersion: 5, properties: { sessionExpiryInterval: 3_600 } }
      : { protocolVersion: 4 };
  const session = { clientId: `sentia-${site}`, clean: false, reconnectPeriod: 0, ...version };
  const thief = await publisher(port, session);
  await thief.endAsync(true);
  for (const i of numbers(100)) await client.publishAsync(topicOf('a'), reading(i), { qos: 1 });
  await stored().toEqual(numbers(100));
  // MQTT 5 has a reason for it, which Mosquitto 2.0.11 does not give.
  expect(details.filter((detail) => detail !== null).join('\n')).toMatch(
    /The connection to the broker|Another client took over/,
  );
  await expectBooks();
});

test('a half-open connection to the broker is noticed and told, and nothing sent meanwhile is missed', async () => {
  pipeline = await startPipeline(db.database, { writer: `writer-${site}` });
  broker = await startTestBroker();
  const line = await startCuttableLine(broker.port);
  cleanUps.push(() => line.stop());
  startReading(line.port);
  await expect.poll(() => feed.status().connected, SOON).toBe(true);
  const client = await publisher(broker.port);
  line.freeze();
  await Promise.all(numbers(50).map((i) => client.publishAsync(topicOf('a'), reading(i), { qos: 1 })));
  await expect.poll(() => feed.status().detail, { ...SOON, interval: 10 }).toMatch(/not answered for 2 s/);
  expect(feed.status().connected).toBe(false);
  await expect.poll(() => feed.status().connected, SOON).toBe(true);
  await stored().toEqual(numbers(50));
  await expectBooks();
});

test('a machine whose connection is half-open is not counted as connected for long', async () => {
  const port = await start('embedded');
  const raw = await connectRawMqtt(port, { clientId: 'silent', keepaliveS: 1 });
  expect(feed.status().clients).toBe(1);
  await expect.poll(() => feed.status().clients, SOON).toBe(0);
  await expect.poll(() => raw.closed, SOON).toBe(true);
});

test('while our line to the broker is cut again and again every message is stored once', async () => {
  pipeline = await startPipeline(db.database, { writer: `writer-${site}` });
  broker = await startTestBroker();
  const line = await startCuttableLine(broker.port);
  cleanUps.push(() => line.stop());
  startReading(line.port);
  await expect.poll(() => feed.status().connected, SOON).toBe(true);
  const client = await publisher(broker.port);
  for (const round of numbers(6)) {
    const values = numbers(200).map((i) => round * 200 + i);
    await Promise.all(values.map((i) => client.publishAsync(topicOf('a'), reading(i), { qos: 1 })));
    line.cut();
    await expect.poll(() => feed.status().connected, { ...SOON, interval: 5 }).toBe(false);
    await expect.poll(() => feed.status().connected, { ...SOON, interval: 5 }).toBe(true);
  }
  await stored().toEqual(numbers(1_200));
  await expectBooks();
});

test('a storm of publishers that come and break off costs the steady one nothing', async () => {
  const port = await start('embedded');
  const steady = await publisher(port);
  const storm = Promise.all(
    numbers(20).map(async (n) => {
      for (const round of numbers(30)) {
        const raw = await connectRawMqtt(port, { clientId: `storm-${n}` });
        raw.publish(topicOf(`storm-${n}`), reading(100_000 + n * 1_000 + round), { qos: 1 });
        raw.socket.write(Buffer.from([0x32, 0x7f, 0x00]));
        raw.destroy();
      }
    }),
  );
  for (const i of numbers(300)) await steady.publishAsync(topicOf('a'), reading(i), { qos: 1 });
  await storm;
  expect((await storedValues()).filter((value) => value < 100_000)).toEqual(numbers(300));
  await expect.poll(() => feed.status().clients, SOON).toBe(1);
  await expectBooks();
});

test.each(FEEDS)('%s: under overload QoS 1 is pushed back and never dropped', async (kind) => {
  const line = await startCuttableDatabase(db.connection);
  const database = await openDatabase({ target: line.target, name: 'test' });
  const limits = { ...INGEST_LIMITS, maxBufferedReadings: 200, pauseAtReadings: 100 };
  const port = await start(kind, { database, limits });
  cleanUps.push(
    () => line.stop(),
    () => database.close(),
  );
  const client = await publisher(port);
  await client.publishAsync(topicOf('a'), reading(0), { qos: 1 });
  await stored().toEqual([0]);
  await line.cut();
  let acknowledged = 0;
  const urgent = numbers(900).map((i) =>
    client.publishAsync(topicOf('a'), reading(i), { qos: 1 }).then(() => acknowledged++),
  );
  // On a connection of their own: on the first they would wait behind what is pushed back.
  const other = await publisher(port);
  const casual = numbers(2_000).map((i) => other.publishAsync(topicOf('b'), reading(i + 10_000), { qos: 0 }));
  await Promise.all(casual);
  await expect.poll(() => pipeline.ingest.whenRoom() !== null, SOON).toBe(true);
  expect(pipeline.ingest.buffered()).toBeLessThanOrEqual(200);
  await line.restore();
  await Promise.all(urgent);
  const urgentStored = async () => (await storedValues()).filter((value) => value < 10_000);
  await expect.poll(urgentStored, SOON).toEqual(numbers(900));
  expect(acknowledged).toBe(900);
  await expectBooks();
  const { received, shed } = pipeline.ingest.accounting();
  // Another broker lets QoS 0 go by itself; ours hands over every one, and each that was let go is counted.
  if (kind === 'embedded')
    expect({ received, shedding: shed > 0 }).toEqual({ received: 2_901, shedding: true });
});

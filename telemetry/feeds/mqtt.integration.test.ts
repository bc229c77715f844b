import { connect as connectTo, createServer, type Server, type Socket } from 'node:net';
import mqtt from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../contracts/clock.ts';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { quietLog } from '../../tests/support/start-pipeline.ts';
import { freePort, startTestBroker, type TestBroker } from '../../tests/support/test-broker.ts';
import type { FeedMessage } from '../message.ts';
import type { Feed } from './feed.ts';
import { startMqttFeed } from './mqtt.ts';

const TOPIC = 'plants/ulm/hall/line/press/temperature';

let broker: TestBroker;
let publisher: mqtt.MqttClient;
let feed: Feed | null;
/** What the feed handed over; each becomes durable when the test says so. */
let taken: { message: FeedMessage; durable: () => void }[];
let durableAtOnce: boolean;
let room: Promise<void> | null;

beforeEach(async () => {
  broker = await startTestBroker();
  publisher = await mqtt.connectAsync(broker.url, { reconnectPeriod: 100 });
  taken = [];
  durableAtOnce = true;
  room = null;
  feed = null;
});

afterEach(async () => {
  for (const one of taken) one.durable();
  await feed?.stop();
  await publisher.endAsync(true);
  await broker.stop();
});

function start(
  over: Partial<Parameters<typeof startMqttFeed>[0]['options']> = {},
  clock = systemClock,
): Feed {
  feed = startMqttFeed({
    options: { url: broker.url, ca: null, topics: ['plants/#'], clientId: 'sentia-test', ...over },
    ingest: {
      take: (message, onDurable) => {
        const durable = once(onDurable);
        taken.push({ message, durable });
        if (durableAtOnce) durable();
      },
      whenRoom: () => room,
    },
    clock,
    log: quietLog,
  });
  return feed;
}

const values = () => taken.map(({ message }) => Buffer.from(message.payload).toString());
const connected = () => expect.poll(() => feed?.status().connected, { timeout: 15_000 });

/** Publishes and waits for the broker's word. */
async function publish(...payloads: string[]) {
  await Promise.all(payloads.map((payload) => publisher.publishAsync(TOPIC, payload, { qos: 1 })));
}

test('messages of a broker reach ingest, and their time is told', async () => {
  start();
  await connected().toBe(true);
  await publish('1', '2');
  await expect.poll(values).toEqual(['1', '2']);
  expect(taken[0]?.message).toMatchObject({
    feed: 'mqtt',
    topic: TOPIC,
    qos: 1,
    organisation: null,
    retained: false,
  });
  expect(feed?.status()).toMatchObject({ kind: 'mqtt', address: broker.url, detail: null, clients: null });
  expect(feed?.status().lastMessageAt).not.toBeNull();
});

test('what the broker had retained is told apart from what is sent now', async () => {
  await publisher.publishAsync(TOPIC, 'old', { qos: 1, retain: true });
  start();
  await expect.poll(values).toEqual(['old']);
  await publisher.publishAsync(TOPIC, 'new', { qos: 1, retain: true });
  await expect.poll(values).toEqual(['old', 'new']);
  expect(taken.map(({ message }) => message.retained)).toEqual([true, false]);
});

test('what was not durable is delivered again after a restart of Sentia, what was durable is not', async () => {
  durableAtOnce = false;
  start();
  await connected().toBe(true);
  await publish('1', '2', '3');
  await expect.poll(values).toEqual(['1', '2', '3']);
  taken[0]?.durable();
  taken[2]?.durable();
  // The third may not be acknowledged before the second, so both come again.
  const stopping = feed?.stop();
  await new Promise((resolve) => setImmediate(resolve));
  taken = [];
  void stopping;
  durableAtOnce = true;
  start();
  await expect.poll(values, { timeout: 15_000 }).toEqual(['2', '3']);
});

test('what comes while Sentia is away waits at the broker', async () => {
  start();
  await connected().toBe(true);
  await feed?.stop();
  await publish('1', '2');
  start();
  await expect.poll(values, { timeout: 15_000 }).toEqual(['1', '2']);
});

test('a reading ends when there is no room and goes on when there is', async () => {
  start();
  await connected().toBe(true);
  let makeRoom = () => {};
  room = new Promise((resolve) => {
    makeRoom = resolve;
  });
  await publish('1', '2', '3');
  await expect.poll(values).toEqual(['1']);
  room = null;
  makeRoom();
  await expect.poll(values).toEqual(['1', '2', '3']);
});

test('a broker that goes away is told and found again', async () => {
  start();
  await connected().toBe(true);
  await broker.kill();
  await connected().toBe(false);
  await expect.poll(() => feed?.status().detail).toMatch(/No broker answers at mqtt:\/\/127\.0\.0\.1/);
  await broker.start();
  await connected().toBe(true);
  await expect.poll(() => publisher.connected).toBe(true);
  await publish('1');
  await expect.poll(values).toEqual(['1']);
});

test('an acknowledgement never goes out on another connection than its message came by', async () => {
  durableAtOnce = false;
  const line = await startCuttableLine(broker.port);
  start({ url: `mqtt://127.0.0.1:${line.port}` });
  await connected().toBe(true);
  await publish('1');
  await expect.poll(values).toEqual(['1']);
  line.cut();
  await expect.poll(values, { timeout: 15_000 }).toEqual(['1', '1']);
  // Had this answered the delivery on the second connection, there would be no third.
  taken[0]?.durable();
  line.cut();
  await expect.poll(values, { timeout: 15_000 }).toEqual(['1', '1', '1']);
  for (const one of taken) one.durable();
  await feed?.stop();
  line.stop();
});

test('a password that the broker refuses is told without being shown', async () => {
  const refusing = await startFakeBroker(Buffer.from([0x20, 0x03, 0x00, 0x86, 0x00]));
  start({ url: `mqtt://machine:geheim@127.0.0.1:${refusing.port}` });
  await expect.poll(() => feed?.status().detail).toMatch(/refused the user name or password/);
  expect(JSON.stringify(feed?.status())).not.toContain('geheim');
  refusing.stop();
});

test('a subscription that the broker refuses is told', async () => {
  const refusing = await startFakeBroker(Buffer.from([0x20, 0x03, 0x00, 0x00, 0x00]), 0x87);
  start({ url: `mqtt://127.0.0.1:${refusing.port}` });
  await expect.poll(() => feed?.status().detail).toMatch(/refuses to let us read plants\/#/);
  expect(feed?.status().connected).toBe(false);
  refusing.stop();
});

test('a broker that stands still is told within three seconds', async () => {
  const clock = createFakeClock();
  const silent = await startFakeBroker(Buffer.from([0x20, 0x03, 0x00, 0x00, 0x00]));
  start({ url: `mqtt://127.0.0.1:${silent.port}`, topics: [] }, clock);
  await connected().toBe(true);
  for (let i = 0; i < 6; i++) {
    clock.advance(500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await connected().toBe(false);
  expect(feed?.status().detail).toMatch(/not answered for 2 s/);
  silent.stop();
});

test.runIf(process.env['SENTIA_TEST_BROKER'] === 'mosquitto')(
  'thousands of messages are in flight at once with the untouched defaults of Mosquitto',
  async () => {
    durableAtOnce = false;
    start();
    await connected().toBe(true);
    await publish(...Array.from({ length: 3_000 }, (_, i) => String(i)));
    await expect.poll(() => taken.length, { timeout: 15_000 }).toBe(3_000);
  },
);

/** Answers CONNECT with the given bytes, SUBSCRIBE with the given reason code, and nothing else. */
async function startFakeBroker(connack: Buffer, suback?: number): Promise<{ port: number; stop(): void }> {
  const port = await freePort();
  const server: Server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(connack);
      socket.on('data', (bytes) => {
        const isSubscribe = bytes[0] === 0x82;
        if (isSubscribe && suback !== undefined) {
          socket.write(Buffer.from([0x90, 0x04, bytes[2] ?? 0, bytes[3] ?? 0, 0x00, suback]));
        }
      });
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, stop: () => server.close() };
}

/** A way to the broker that can be cut, as a network does it. */
async function startCuttableLine(to: number): Promise<{ port: number; cut(): void; stop(): void }> {
  const port = await freePort();
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((near) => {
    const far = connectTo(to, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    cut,
    stop: () => {
      cut();
      server.close();
    },
  };
}

function once(call: () => void): () => void {
  let called = false;
  return () => {
    if (!called) call();
    called = true;
  };
}

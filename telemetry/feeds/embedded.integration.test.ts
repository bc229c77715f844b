import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../contracts/clock.ts';
import { BROKER_USER } from '../../contracts/simulated-plant.ts';
import { quietLog } from '../../tests/support/start-pipeline.ts';
import type { FeedMessage } from '../message.ts';
import { startEmbeddedFeed, type EmbeddedFeed } from './embedded.ts';
import { createIdentify } from './identify.ts';

const SERVER = { username: BROKER_USER.server, password: 'server-secret' };
const TOPIC = 'plants/ulm/hall/line/press/temperature';

let feed: EmbeddedFeed;
/** What the feed handed over; each becomes durable when the test says so. */
let taken: { message: FeedMessage; durable: () => void }[];
let durableAtOnce: boolean;
let clients: MqttClient[];

beforeEach(async () => {
  taken = [];
  durableAtOnce = true;
  clients = [];
  feed = await startEmbeddedFeed({
    host: '127.0.0.1',
    port: 0,
    topics: ['plants/#'],
    identify: createIdentify({
      passwords: { [BROKER_USER.server]: SERVER.password, [BROKER_USER.simulator]: 'simulator-secret' },
      defaultOrganisation: 'plant',
      simulatorOrganisation: 'demo',
    }),
    take: (message, onDurable) => {
      const durable = once(onDurable);
      taken.push({ message, durable });
      if (durableAtOnce) durable();
    },
    clock: systemClock,
    log: quietLog,
  });
});

afterEach(async () => {
  for (const one of taken) one.durable();
  await Promise.all(clients.map((client) => client.endAsync(true)));
  await feed.stop();
});

async function connect(options: IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(
    `mqtt://127.0.0.1:${feed.port}`,
    { reconnectPeriod: 0, ...options },
    false,
  );
  clients.push(client);
  return client;
}

/** Collects what a client receives. */
function collect(client: MqttClient): string[] {
  const topics: string[] = [];
  client.on('message', (topic) => topics.push(topic));
  return topics;
}

test('a publisher is acknowledged when its message is durable, not before', async () => {
  durableAtOnce = false;
  const client = await connect();
  let acknowledged = 0;
  for (const value of ['1', '2'])
    void client.publishAsync(TOPIC, value, { qos: 1 }).then(() => acknowledged++);
  await expect.poll(() => taken.length).toBe(2);
  // A round trip of another client: had the broker acknowledged, we would know.
  await (await connect()).publishAsync('notes/x', '1', { qos: 1 });
  expect(acknowledged).toBe(0);
  taken[0]?.durable();
  taken[1]?.durable();
  await expect.poll(() => acknowledged).toBe(2);
  expect(taken[0]?.message).toMatchObject({ topic: TOPIC, qos: 1, organisation: 'plant', retained: false });
  expect(feed.status()).toMatchObject({ connected: true, clients: 2 });
});

test('the simulator publishes for its own organisation', async () => {
  const client = await connect({ username: BROKER_USER.simulator, password: 'simulator-secret' });
  await client.publishAsync(TOPIC, '1', { qos: 1 });
  expect(taken[0]?.message.organisation).toBe('demo');
});

test('topics that are no telemetry are passed on to readers only', async () => {
  const client = await connect();
  const seen = collect(client);
  await client.subscribeAsync('#');
  await client.publishAsync('notes/shift', 'hello', { qos: 1 });
  await client.publishAsync(TOPIC, '1', { qos: 1 });
  await expect.poll(() => seen).toEqual(['notes/shift', TOPIC]);
  expect(taken).toHaveLength(1);
});

test.each([
  { name: 'an unknown user', options: { username: 'admin', password: 'admin' } },
  { name: 'a wrong password', options: { username: BROKER_USER.server, password: 'guess' } },
])('$name is not let in', async ({ options }) => {
  await expect(connect(options)).rejects.toThrow(/Not authorized/);
});

test.each(['sentia/v1/bell', 'sentia', '$SYS/x'])('a stranger who publishes %s is cut off', async (topic) => {
  const client = await connect();
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  client.publish(topic, '1', { qos: 1 });
  await closed;
  expect(taken).toEqual([]);
});

test('a stranger cannot read what is ours, neither by name nor by wildcard', async () => {
  const stranger = await connect();
  const server = await connect(SERVER);
  const [seenByStranger, seenByServer] = [collect(stranger), collect(server)];
  await expect(stranger.subscribeAsync('sentia/v1/bell')).rejects.toThrow();
  await stranger.subscribeAsync(['#', '+/v1/bell']);
  await server.subscribeAsync('sentia/#');
  feed.publish('sentia/v1/bell', '7');
  await server.publishAsync('sentia/v1/other', '8', { qos: 1 });
  await expect.poll(() => seenByServer).toEqual(['sentia/v1/bell', 'sentia/v1/other']);
  await stranger.publishAsync('notes/end', 'x', { qos: 1 });
  await expect.poll(() => seenByStranger).toEqual(['notes/end']);
});

test("a stranger cannot end Sentia's connection by taking its client id", async () => {
  const server = await connect({ ...SERVER, clientId: 'sentia-server' });
  await expect(connect({ clientId: 'sentia-server' })).rejects.toThrow(/Not authorized/);
  await server.publishAsync('sentia/v1/x', '1', { qos: 1 });
  expect(server.connected).toBe(true);
});

test('nothing is kept for a reader that is away', async () => {
  const session = { clientId: 'reader', clean: false };
  const reader = await connect(session);
  await reader.subscribeAsync('plants/#', { qos: 1 });
  await reader.endAsync();
  const publisher = await connect();
  await publisher.publishAsync(TOPIC, '1', { qos: 1 });
  const again = await connect(session);
  const seen = collect(again);
  await again.publishAsync('notes/end', 'x', { qos: 1 });
  expect(seen).toEqual([]);
});

test('a retained value is kept for readers to come', async () => {
  const client = await connect();
  await client.publishAsync(TOPIC, '1', { qos: 1, retain: true });
  const reader = await connect();
  const seen = collect(reader);
  await reader.subscribeAsync('plants/#');
  await expect.poll(() => seen).toEqual([TOPIC]);
});

test('a payload of 10 MB passes, one of 40 MB ends its own connection only', async () => {
  const other = await connect();
  const client = await connect();
  await client.publishAsync(TOPIC, Buffer.alloc(10 * 1024 * 1024, 1), { qos: 1 });
  expect(taken[0]?.message.payload.byteLength).toBe(10 * 1024 * 1024);
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  client.publish(TOPIC, Buffer.alloc(40 * 1024 * 1024, 1), { qos: 1 });
  await closed;
  await other.publishAsync(TOPIC, '1', { qos: 1 });
  expect(taken).toHaveLength(2);
});

test('stopping waits for what was taken, and takes nothing new', async () => {
  durableAtOnce = false;
  const client = await connect();
  const first = client.publishAsync(TOPIC, '1', { qos: 1 });
  await expect.poll(() => taken.length).toBe(1);
  const stopped = feed.stop();
  let second = false;
  client.publish(TOPIC, '2', { qos: 1 }, (error) => {
    second = error === undefined || error === null;
  });
  taken[0]?.durable();
  await first;
  await stopped;
  expect(second).toBe(false);
  expect(taken).toHaveLength(1);
  expect(feed.status().connected).toBe(false);
});

test('a port in use is an error of the start', async () => {
  await expect(
    startEmbeddedFeed({
      host: '127.0.0.1',
      port: feed.port,
      topics: [],
      identify: () => null,
      take: () => undefined,
      clock: systemClock,
      log: quietLog,
    }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

function once(call: () => void): () => void {
  let called = false;
  return () => {
    if (!called) call();
    called = true;
  };
}

import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { systemClock, type Clock } from '../../contracts/clock.ts';
import type { LiveEvent, LiveSignal } from '../../contracts/live.ts';
import { startLiveServer, type LiveServer } from '../../tests/support/live-server.ts';
import { startRecordingBroker } from '../../tests/support/recording-broker.ts';
import { sparkplugPayload, type SentMetric } from '../../tests/support/sparkplug-payload.ts';
import { connectEdge, startSparkplug, type RunningSparkplug } from '../../tests/support/start-sparkplug.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import type { SseClient } from '../../tests/support/sse-client.ts';

// Who is there and who is gone, from an edge node over the broker to a page that is open: the page asks for nothing.

let db: TestDatabase;
let sparkplug: RunningSparkplug;
let server: LiveServer;
let edge: Awaited<ReturnType<typeof connectEdge>>;
let page: SseClient;
let bdSeq = 0;

beforeAll(async () => {
  db = await createTestDatabase();
  sparkplug = await startSparkplug(db);
  server = await startLiveServer(db.database, { organisationIds: [1] });
});
afterAll(async () => {
  await server.stop();
  await sparkplug.stop();
  await db.close();
});
beforeEach(async () => {
  edge = await connectEdge(sparkplug.url, { topic: 'spBv1.0/Plant1/NDEATH/EdgeA', payload: death(++bdSeq) });
  await beBorn();
  await vi.waitUntil(() => server.live.organisationOf('Plant1') !== null);
  page = await server.watch('Plant1');
});
afterEach(() => {
  edge.client.end(true);
  page.close();
});

const TEMPERATURE: SentMetric = { name: 'temperature', alias: 1, type: 'Double', value: 71.5 };
const SPEED: SentMetric = { name: 'speed', alias: 2, type: 'Int32', value: 300 };
const bdSeqMetric = (value: number): SentMetric => ({ name: 'bdSeq', type: 'Int64', value });

function death(of: number): Buffer {
  return sparkplugPayload({ at: Date.now(), metrics: [bdSeqMetric(of)] });
}

/** The node and its two devices, with values of an hour ago: they report by exception. */
async function beBorn(): Promise<void> {
  const at = Date.now() - 3_600_000;
  const metrics = [TEMPERATURE, SPEED].map((metric) => ({ ...metric, at: at + bdSeq }));
  await send('NBIRTH/EdgeA', 0, [bdSeqMetric(bdSeq), ...metrics]);
  await send('DBIRTH/EdgeA/Press', 1, metrics);
  await send('DBIRTH/EdgeA/Mill', 2, metrics);
}

async function send(
  topic: string,
  seq: number,
  metrics: readonly SentMetric[] = [],
  at = Date.now(),
): Promise<void> {
  const payload = sparkplugPayload({ at, seq, metrics });
  await edge.client.publishAsync(`spBv1.0/Plant1/${topic}`, payload, { qos: 1 });
}

/** The signals of a machine as the newest snapshot that the page was sent has them. */
function signalsOf(events: readonly LiveEvent[], machine: string): LiveSignal[] {
  const snapshot = events.findLast((event) => event.name === 'snapshot');
  if (snapshot?.name !== 'snapshot') return [];
  const machines = snapshot.data.lines.flatMap((line) => line.machines);
  return machines.find((each) => each.machine === machine)?.signals ?? [];
}

/** Waits until the page was told so of both signals of a machine, and the API's picture says the same. */
async function untilTold(machine: string, state: 'there' | 'gone'): Promise<LiveSignal[]> {
  const isSo = ({ goneSince, staleAfterMs }: LiveSignal) =>
    staleAfterMs === null && (goneSince === null) === (state === 'there');
  const told = () => {
    const signals = signalsOf(page.events, machine);
    return signals.length === 2 && signals.every(isSo);
  };
  await vi.waitUntil(told, { timeout: 10_000, interval: 20 });
  const signals = signalsOf(page.events, machine);
  // On a busy machine the beat may fail for a moment: then nothing is live.
  await vi.waitUntil(
    () => signals.every(({ signalId }) => server.live.picture.stale(signalId) === (state === 'gone')),
    { timeout: 10_000, interval: 20 },
  );
  return signals;
}

const MACHINES = ['EdgeA', 'Press', 'Mill'];

test('values of a machine that is there are live however old they are', async () => {
  for (const machine of MACHINES) {
    const signals = await untilTold(machine, 'there');
    // The page hears of a machine before its first values, which come with the next frame.
    const values = () => signals.map(({ signalId }) => server.live.picture.latest(signalId)?.value);
    await expect.poll(values, { timeout: 10_000, interval: 20 }).toEqual([300, 71.5]);
  }
});

test('tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-tags-stale all that a node announced is stale from its death on', async () => {
  await untilTold('EdgeA', 'there');
  const before = Date.now();
  await edge.client.publishAsync('spBv1.0/Plant1/NDEATH/EdgeA', death(bdSeq), { qos: 1 });
  const signals = await untilTold('EdgeA', 'gone');
  for (const { goneSince } of signals) expect(Math.abs((goneSince ?? 0) - before)).toBeLessThan(5_000);
});

test('tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-tags-stale and all that its devices announced', async () => {
  await untilTold('Press', 'there');
  await edge.client.publishAsync('spBv1.0/Plant1/NDEATH/EdgeA', death(bdSeq), { qos: 1 });
  await untilTold('Press', 'gone');
  await untilTold('Mill', 'gone');
});

test('tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-tags-stale all that a device announced is stale since the time of its death', async () => {
  await untilTold('Press', 'there');
  const diedAt = Date.now() - 20;
  await send('DDEATH/EdgeA/Press', 3, [], diedAt);
  expect(await untilTold('Press', 'gone')).toMatchObject([{ goneSince: diedAt }, { goneSince: diedAt }]);
  await untilTold('Mill', 'there');
});

test('a connection that breaks is a death: the broker sends the will', async () => {
  await untilTold('Mill', 'there');
  edge.client.stream.destroy();
  for (const machine of MACHINES) await untilTold(machine, 'gone');
});

test('a device that comes back is there again, and what it does not announce any more is not', async () => {
  await untilTold('Press', 'there');
  await send('DBIRTH/EdgeA/Press', 3, [TEMPERATURE]);
  const isOnlyOneThere = () =>
    signalsOf(page.events, 'Press').map(({ signal, goneSince }) => [signal, goneSince === null]);
  await expect.poll(isOnlyOneThere, { timeout: 10_000 }).toEqual([
    ['speed', false],
    ['temperature', true],
  ]);
});

test('a historical value takes its place in time and is not the latest', async () => {
  const [speed] = await untilTold('Press', 'there');
  const at = Date.now() - 7_200_000;
  await send('DDATA/EdgeA/Press', 3, [{ alias: 2, type: 'Int32', value: 5, at, historical: true }]);
  const live = Date.now() - 1_000;
  await send('DDATA/EdgeA/Press', 4, [{ alias: 1, type: 'Double', value: 80, at: live }]);
  await sparkplug.pipeline.ingest.drain();
  await vi.waitUntil(() => server.live.picture.position() >= (sparkplug.pipeline.positions.at(-1) ?? 0));
  expect(server.live.picture.latest(speed?.signalId ?? 0)).toMatchObject({ value: 300 });
  const [stored] = await db.ownerSql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM telemetry.reading WHERE signal_id = ${speed?.signalId ?? 0} AND value = 5`;
  expect(stored?.n).toBe(1);
});

test('after a start nobody is there until its birth, and who was known is asked for it', async () => {
  await untilTold('Press', 'there');
  edge.client.end(true);
  await sparkplug.stop();
  sparkplug = await startSparkplug(db);
  edge = await connectEdge(sparkplug.url);
  // Told before anything is: the start itself waits for it.
  const [left] = await db.ownerSql<{ n: number }[]>`
    SELECT count(*)::int AS n FROM public.machine WHERE announced AND gone_since IS NULL`;
  expect(left?.n).toBe(0);
  await untilTold('Press', 'gone');
  await expect
    .poll(() => edge.heard.filter(({ topic }) => topic === 'spBv1.0/Plant1/NCMD/EdgeA').length, {
      timeout: 10_000,
    })
    .toBe(1);
  expect(edge.heard.find(({ topic }) => topic === 'spBv1.0/STATE/sentia-plant')).toMatchObject({
    retain: true,
    qos: 1,
  });
  await beBorn();
  await untilTold('Press', 'there');
});

test('of two processes one holds Sparkplug, and when it dies the other takes over', async () => {
  const broker = await startRecordingBroker();
  let dead = false;
  const mortal: Clock = {
    now: () => systemClock.now(),
    after: (ms, run) => systemClock.after(ms, () => dead || run()),
  };
  const own = await createTestDatabase();
  const connections = (name: string) =>
    broker.events.filter((event) => event.kind === 'subscribe' && event.client === `sentia-${name}-sparkplug`)
      .length;
  const one = await startSparkplug(own, { name: 'one', mqttUrl: broker.url, clock: mortal });
  await vi.waitUntil(() => connections('one') === 2, { timeout: 20_000 });
  const two = await startSparkplug(own, { name: 'two', mqttUrl: broker.url });
  expect([one.status().length, two.status().length, connections('two')]).toEqual([1, 0, 0]);
  edge.client.end(true);
  edge = await connectEdge(broker.url);
  await beBorn();
  const there = async () => {
    const rows = await own.ownerSql<{ slug: string }[]>`
      SELECT slug FROM public.machine WHERE announced AND gone_since IS NULL ORDER BY slug`;
    return rows.map(({ slug }) => slug);
  };
  await expect.poll(there, { timeout: 10_000 }).toEqual(['EdgeA', 'Mill', 'Press']);

  dead = true;
  broker.cut('sentia-one');
  broker.cut('sentia-one-sparkplug');
  await expect.poll(there, { timeout: 10_000 }).toEqual([]);
  await vi.waitUntil(() => connections('two') === 2, { timeout: 20_000 });
  await beBorn();
  await expect.poll(there, { timeout: 10_000 }).toEqual(['EdgeA', 'Mill', 'Press']);
  const online = broker.events.findLast(
    (event) => event.kind === 'publish' && event.topic.startsWith('spBv1.0/STATE/'),
  );
  expect(online).toMatchObject({ client: 'sentia-two-sparkplug' });
  await two.stop();
  await broker.stop();
  await own.close();
});

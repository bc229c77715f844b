import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LiveEvent, Snapshot } from '../../contracts/live.ts';
import { createLedgerWriter, type LedgerWriter } from '../../tests/support/ledger-writer.ts';
import { startLiveServer, until, type LiveServer } from '../../tests/support/live-server.ts';
import { openSse, type SseClient } from '../../tests/support/sse-client.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';

let db: TestDatabase;
let writer: LedgerWriter;
let server: LiveServer;
let temperature: number;
let state: number;
let reason: number;
const organisationIds = [1];
const opened: LiveServer[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  writer = createLedgerWriter(db.database);
  temperature = await writer.createSignal({
    site: 'bremen',
    machine: 'press',
    signal: 'temperature',
    unit: 'Cel',
  });
  state = await writer.createSignal({ site: 'bremen', machine: 'press', signal: 'state', kind: 'text' });
  reason = await writer.createSignal({ site: 'bremen', machine: 'press', signal: 'reason', kind: 'text' });
  await writer.createSignal({
    organisation: 'stranger',
    site: 'elsewhere',
    machine: 'mill',
    signal: 'speed',
  });
  server = await another();
});

afterAll(async () => {
  for (const each of opened) await each.stop();
  await db.close();
});

async function another(): Promise<LiveServer> {
  const started = await startLiveServer(db.database, { organisationIds });
  opened.push(started);
  return started;
}

const now = () => Date.now();
const isSnapshot = (event: LiveEvent) => event.name === 'snapshot';

async function snapshotOf(client: SseClient): Promise<Snapshot> {
  const event = await client.waitFor(isSnapshot);
  if (event.name !== 'snapshot') throw new Error('not a snapshot');
  return event.data;
}

/** What a page knows of its signals and machines after folding all events: what counts as "the same". */
function picture(client: SseClient) {
  const latest = new Map<number, unknown>();
  const machines = new Map<number, unknown>();
  for (const event of client.events) {
    if (event.name === 'snapshot') {
      for (const machine of event.data.lines.flatMap((line) => line.machines)) {
        machines.set(machine.machineId, [machine.state, machine.reason, machine.since]);
        for (const s of machine.signals)
          if (s.at !== null) latest.set(s.signalId, [s.at, s.value, s.quality]);
      }
    } else if (event.name === 'readings') {
      for (const [signalId, at, value, quality] of event.data) latest.set(signalId, [at, value, quality]);
    } else if (event.name === 'machine') {
      machines.set(event.data.machineId, [event.data.state, event.data.reason, event.data.since]);
    }
  }
  return { latest, machines };
}

/** Folds what came after leaving on top of what was known before. */
function joined(before: SseClient, after: SseClient) {
  const old = picture(before);
  const later = picture(after);
  return {
    latest: new Map([...old.latest, ...later.latest]),
    machines: new Map([...old.machines, ...later.machines]),
  };
}

const told = (client: SseClient, position: number) => client.waitFor((event) => event.position >= position);

test('a committed reading reaches the stream, with its position', async () => {
  const client = await server.watch('bremen');
  const snapshot = await snapshotOf(client);
  expect(snapshot.site).toMatchObject({ site: 'bremen', organisation: 'plant', simulated: false });
  expect(client.retryMs()).toBe(1000);
  const at = now();
  const position = await writer.write([{ signalId: temperature, at, value: 71.5 }]);
  const event = await client.waitFor((e) => e.name === 'readings');
  expect(event).toEqual({ name: 'readings', position, data: [[temperature, at, 71.5, 'good']] });
});

test('a beat comes every second and calls the values live', async () => {
  const client = await server.watch('bremen');
  await client.waitFor((e) => e.name === 'beat' && e.data.live);
  const count = () => client.events.filter((e) => e.name === 'beat').length;
  const before = count();
  await until(() => count() >= before + 3, 5000);
});

test('state and reason of one batch come as one machine event, before the readings', async () => {
  const client = await server.watch('bremen');
  await snapshotOf(client);
  const at = now();
  const position = await writer.write([
    { signalId: reason, at, value: 'jam' },
    { signalId: state, at, value: 'breakdown' },
  ]);
  await client.waitFor((e) => e.name === 'readings' && e.position >= position);
  const machines = client.events.filter((e) => e.name === 'machine');
  expect(machines).toMatchObject([{ data: { state: 'breakdown', reason: 'jam', since: at } }]);
  expect(machines[0]?.position).toBeLessThan(position);
});

test('late data changes the trend and never the latest', async () => {
  const at = now();
  await writer.write([{ signalId: temperature, at, value: 80 }]);
  const position = await writer.write([{ signalId: temperature, at: at - 120_000, value: 12 }], {
    lane: 'late',
  });
  await until(() => server.live.picture.position() >= position);
  expect(server.live.picture.latest(temperature)).toMatchObject({ atMicros: at * 1000, value: 80 });
  const trend = server.live.picture
    .snapshot('bremen')
    ?.lines[0]?.machines[0]?.signals.find((s) => s.key)?.trend;
  expect(trend).toContain(12);
});

test('new equipment comes as a new snapshot', async () => {
  const client = await server.watch('bremen');
  await snapshotOf(client);
  const signalId = await writer.createSignal({
    site: 'bremen',
    machine: 'oven',
    signal: 'heat',
    unit: 'Cel',
  });
  const at = now();
  await writer.write([{ signalId, at, value: 210 }]);
  await client.waitFor((e) => e.name === 'snapshot' && JSON.stringify(e.data).includes('"oven"'));
  await until(
    () => JSON.stringify(picture(client).latest.get(signalId)) === JSON.stringify([at, 210, 'good']),
  );
});

test('a returning client has what one that stayed has, on the same, another and a restarted server', async () => {
  const second = await another();
  const stayed = await server.watch('bremen');
  const left = await server.watch('bremen');
  await snapshotOf(stayed);
  await snapshotOf(left);
  const first = await writer.write([{ signalId: temperature, at: now(), value: 1 }]);
  await told(left, first);
  const lastEventId = left.lastEventId();
  left.close();

  await writer.write([{ signalId: temperature, at: now(), value: 2 }]);
  await writer.write([{ signalId: state, at: now(), value: 'running' }]);
  const last = await writer.write([{ signalId: temperature, at: now() + 5, value: 3, quality: 'uncertain' }]);
  await told(stayed, last);

  const restarted = await another();
  for (const each of [server, second, restarted]) {
    const back = await each.watch('bremen', lastEventId);
    await told(back, last);
    expect(back.events.map((e) => e.name)).not.toContain('snapshot');
    expect(joined(left, back)).toEqual(picture(stayed));
  }
});

test('a client that returns after nothing happened is told that it goes on', async () => {
  const client = await server.watch('bremen');
  await snapshotOf(client);
  const back = await server.watch('bremen', client.lastEventId());
  await back.waitFor((e) => e.name === 'beat');
  expect(back.events.map((e) => e.name)).toEqual(['readings', 'beat']);
});

test.each(['garbage', '-5', '1e3', '99999999999999'])(
  'Last-Event-ID %s brings a resync and a snapshot',
  async (id) => {
    const client = await server.watch('bremen', id);
    await snapshotOf(client);
    expect(client.events.map((e) => e.name).slice(0, 2)).toEqual(['resync', 'snapshot']);
  },
);

test('a position older than the window brings a resync and a snapshot, on any server', async () => {
  const old = await writer.write([{ signalId: temperature, at: now(), value: 5 }], {
    committedAt: new Date(now() - 80_000),
  });
  await writer.write([{ signalId: temperature, at: now(), value: 6 }], {
    committedAt: new Date(now() - 70_000),
  });
  const fresh = await another();
  for (const each of [server, fresh]) {
    await until(() => each.live.picture.position() > old);
    const client = await each.watch('bremen', String(old));
    await snapshotOf(client);
    expect(client.events[0]).toMatchObject({
      name: 'resync',
      data: { reason: expect.stringContaining('60 s') },
    });
  }
});

test('a batch that holds its readings no more is made good from the database, for those who stayed too', async () => {
  const client = await server.watch('bremen');
  await snapshotOf(client);
  const at = now();
  await db.ownerSql.begin(async (sql) => {
    await sql`INSERT INTO telemetry.reading (signal_id, at, value) VALUES (${temperature}, ${new Date(at)}, 99.5)`;
    await sql`
      WITH taken AS (UPDATE telemetry.head SET position = position + 1 RETURNING position)
      INSERT INTO telemetry.ingest_batch (position, batch_id, writer, lane, messages, received, stored, duplicate, conflict,
                                          dead_lettered)
      SELECT position, gen_random_uuid(), 'test', 'live', 1, 1, 1, 0, 0, 0 FROM taken`;
  });
  await client.waitFor((e) => e.name === 'beat' && !e.data.live && /loaded anew/.test(e.data.reason ?? ''));
  await client.waitFor((e) => e.name === 'snapshot' && JSON.stringify(e.data).includes('99.5'), 20_000);
  expect(picture(client).latest.get(temperature)).toEqual([at, 99.5, 'good']);
  await client.waitFor((e) => e.name === 'beat' && e.data.live);
});

test('a site of another organisation and one that does not exist are the same 404', async () => {
  const answers = await Promise.all(
    ['elsewhere', 'nowhere'].map(async (site) => {
      const response = await fetch(`${server.url}/api/v1/sites/${site}/live`);
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        body: await response.json(),
      };
    }),
  );
  for (const answer of answers) {
    expect(answer).toMatchObject({
      status: 404,
      type: 'application/problem+json; charset=utf-8',
      body: { status: 404 },
    });
  }
  expect(answers[0]?.body.detail).toBe(answers[1]?.body.detail);
});

test('HEAD answers the headers alone, other methods are refused', async () => {
  const url = `${server.url}/api/v1/sites/bremen/live`;
  const head = await fetch(url, { method: 'HEAD' });
  expect(head.status).toBe(200);
  expect(head.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(head.headers.get('cache-control')).toBe('no-cache, no-transform');
  expect(await head.text()).toBe('');
  const post = await fetch(url, { method: 'POST' });
  expect(post.status).toBe(405);
  expect(post.headers.get('allow')).toBe('GET, HEAD');
});

test('a client that asks for gzip gets its events at once', async () => {
  const client = await openSse(`${server.url}/api/v1/sites/bremen/live`, {
    headers: { 'Accept-Encoding': 'gzip' },
  });
  await snapshotOf(client);
  const position = await writer.write([{ signalId: temperature, at: now(), value: 7 }]);
  await told(client, position);
  client.close();
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import compression from 'compression';
import { parse } from 'csv-parse/sync';
import express from 'express';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { latestSchema, machinesSchema, signalsSchema, sitesSchema } from '../../contracts/api/equipment.ts';
import { problemSchema } from '../../contracts/api/problem.ts';
import { readingsSchema } from '../../contracts/api/readings.ts';
import type { Database } from '../../contracts/database.ts';
import { putReadings, putSignal, type TestSignal } from '../../tests/support/equipment.ts';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { seededRandom } from '../../tests/support/seeded-random.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import type { LatestReading, MachineNow } from '../live/live-picture.ts';
import { createApi } from './create-api.ts';
import { LIVE_PATH } from './openapi.ts';
import { createPageReadings } from './page-readings.ts';
import { ROUTES } from './routes.ts';

const T0 = Date.UTC(2026, 0, 31, 6);
const clock = createFakeClock(T0 + 3_600_000);
const machines = new Map<number, MachineNow>();
const latest = new Map<number, LatestReading>();
const live = {
  machineState: (id: number) => machines.get(id) ?? null,
  latest: (id: number) => latest.get(id) ?? null,
  stale: (id: number) => !latest.has(id),
};

let db: TestDatabase;
let base: string;
let temperature: TestSignal;
let words: TestSignal;
let foreign: TestSignal;
const servers: Server[] = [];

/** An API over `database`, asked by somebody of the organisation `plant`. */
async function serve(database: Database): Promise<string> {
  const app = express();
  const visitorOf = () => ({ name: 'Test', organisationIds: [temperature.organisationId] });
  // As the server mounts it: compression stands between the API and its client.
  app.use(compression());
  app.use('/api/v1', createApi({ database, live, clock, log: pino({ level: 'silent' }), visitorOf }));
  const server = createServer(app).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  db = await createTestDatabase();
  temperature = await putSignal(db.ownerSql, 'plant:berlin/hall/line 1/press/temperature', { unit: 'Cel' });
  words = await putSignal(db.ownerSql, 'plant:berlin/hall/line 1/press/state', { kind: 'text' });
  await putSignal(db.ownerSql, 'plant:köln/Halle/Linie/Ofen/Druck', { unit: 'bar' });
  foreign = await putSignal(db.ownerSql, 'other:paris/hall/line/press/temperature');
  const random = seededRandom(3);
  await putReadings(
    db.ownerSql,
    temperature.signalId,
    Array.from({ length: 3000 }, (_, i) => ({
      atMicros: (T0 + i * 1000) * 1000 + (i % 3 === 0 ? 250 : 0) + (i >= 1000 ? 60_000_000 : 0),
      value: i % 500 === 7 ? null : Math.round(random() * 1e6) / 1e4,
      quality: i % 500 === 7 ? (2 as const) : (0 as const),
    })),
  );
  await putReadings(db.ownerSql, foreign.signalId, [{ atMicros: T0 * 1000, value: 1, quality: 0 }]);
  machines.set(temperature.machineId, { state: 'running', reason: null, since: T0 });
  latest.set(temperature.signalId, {
    atMicros: (T0 + 3_599_000) * 1000 + 250,
    value: 71.5,
    quality: 'good',
    staleAfterMs: 3000,
    goneSince: null,
  });
  base = await serve(db.database);
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await db.close();
});

async function getJson(path: string): Promise<unknown> {
  const response = await fetch(`${base}/api/v1${path}`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('application/json');
  return response.json();
}

const sockets: ReturnType<typeof connect>[] = [];
afterEach(() => sockets.splice(0).forEach((socket) => socket.destroy()));

/** A request byte for byte as written here, over a socket of its own. */
function openRaw(head: string, address = base) {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  sockets.push(socket);
  socket.write(`${head}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  return socket;
}

async function raw(head: string): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of openRaw(head)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

test('sites are those of the asking organisation', async () => {
  const { items, next } = sitesSchema.parse(await getJson('/sites'));
  expect(items.map(({ site, organisation, simulated }) => [site, organisation, simulated])).toEqual([
    ['berlin', 'plant', false],
    ['köln', 'plant', false],
  ]);
  expect(next).toBeNull();
});

test('machines carry the state of the live picture, and are unknown where it knows none', async () => {
  const { items } = machinesSchema.parse(await getJson('/machines'));
  expect(items).toEqual([
    {
      machineId: temperature.machineId,
      site: 'berlin',
      area: 'hall',
      line: 'line 1',
      machine: 'press',
      state: 'running',
      since: '2026-01-31T06:00:00.000Z',
    },
    expect.objectContaining({ machine: 'Ofen', state: 'unknown', since: null }),
  ]);
});

test('a list is walked by its cursors without gap or repetition', async () => {
  const seen: string[] = [];
  let cursor = '';
  for (let page = 0; page < 10; page++) {
    const { items, next } = signalsSchema.parse(await getJson(`/signals?limit=1${cursor}`));
    expect(items).toHaveLength(1);
    seen.push(...items.map((item) => item.signal));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(seen).toEqual(['temperature', 'state', 'Druck']);
});

test('a list is narrowed to a site', async () => {
  const { items } = signalsSchema.parse(await getJson('/signals?site=k%C3%B6ln'));
  expect(items.map((item) => item.signal)).toEqual(['Druck']);
});

test('latest values are those of the live picture, with age and staleness', async () => {
  const { items } = latestSchema.parse(await getJson('/signals/latest?site=berlin'));
  expect(items[0]).toEqual({
    signalId: temperature.signalId,
    site: 'berlin',
    area: 'hall',
    line: 'line 1',
    machine: 'press',
    signal: 'temperature',
    unit: 'Cel',
    at: '2026-01-31T06:59:59.000250Z',
    value: 71.5,
    quality: 'good',
    stale: false,
    ageMs: 999.75,
  });
  expect(items[1]).toMatchObject({ signal: 'state', at: null, value: null, stale: true, ageMs: null });
});

test('columns hold what the raw file holds, whether the signal is asked by id or by path', async () => {
  const range = `from=${T0}&to=2026-01-31T06:51:00Z`;
  const byId = readingsSchema.parse(
    await getJson(`/readings?signal=${temperature.signalId}&${range}&points=100`),
  );
  const path = encodeURIComponent('berlin/hall/line 1/press/temperature');
  expect(await getJson(`/readings?signal=${path}&${range}&points=100`)).toEqual(byId);

  const file = await (await fetch(`${base}/api/v1/readings.csv?signal=${path}&${range}`)).text();
  const rows = file.trimEnd().split('\n').slice(1);
  expect(rows).toHaveLength(3000);
  const width = (51 * 60_000) / 100;
  const expected = new Map<number, number[]>();
  for (const row of rows) {
    const [at = '', value = '', quality] = row.split(',');
    if (quality === 'bad') continue;
    const column = Math.floor((Date.parse(at) - T0) / width);
    expected.set(column, [...(expected.get(column) ?? []), Number(value)]);
  }
  expect(byId.columns).toEqual(
    [...expected].map(([column, values]) => ({
      at: T0 + column * width,
      min: Math.min(...values),
      max: Math.max(...values),
      first: values[0],
      last: values.at(-1),
      count: values.length,
    })),
  );
  expect(byId).toMatchObject({ unit: 'Cel', from: T0, to: T0 + 51 * 60_000, source: 'raw' });
  expect(byId.gaps).toEqual([[T0 + 999_000.25, T0 + 1_060_000]]);
});

test('pages ask the same question and are refused with the same problem', async () => {
  const readings = createPageReadings({ database: db.database, clock });
  const visitor = { name: 'Test', organisationIds: [temperature.organisationId] };
  const query = {
    signal: String(temperature.signalId),
    from: String(T0),
    to: String(T0 + 60_000),
    points: 6,
  };
  expect(await readings(visitor, query)).toEqual(
    await getJson(`/readings?signal=${query.signal}&from=${query.from}&to=${query.to}&points=6`),
  );
  const refused = await readings(visitor, { ...query, signal: String(foreign.signalId) }).catch(
    (thrown: unknown) => thrown,
  );
  expect(refused).toBeInstanceOf(Response);
  expect((refused as Response).status).toBe(404);
  expect(problemSchema.parse(await (refused as Response).json())).toMatchObject({ status: 404 });
});

const good = () => `signal=${temperature.signalId}&from=${T0}&to=${T0 + 1000}`;
test.each([
  ['/readings?from=0&to=1', 400, /signal is missing/],
  ['/readings?signal=1&from=2&to=1', 400, /from must be before to/],
  ['/readings?signal=1&from=1&to=1', 400, /from must be before to/],
  ['/readings?GOOD&points=1000000000', 400, /points must be at most 5000/],
  ['/readings?GOOD&points=-1', 400, /points must be at least 1/],
  ['/readings?GOOD&pionts=5', 400, /"pionts" is no parameter/],
  ['/readings?signal=1&from=yesterday&to=2026-01-31', 400, /from must be a time.*to must be a time/],
  ['/readings?signal=1&from=2026-01-31T06:00:00&to=1769839628000', 400, /from has no time zone/],
  ['/readings?signal=1&from=0&to=9007199254740&points=5000', 400, /points must be at most 999/],
  ['/readings?signal=no/such/signal/is/here&from=0&to=1', 404, /no signal "no\/such\/signal\/is\/here"/],
  ['/readings?signal=999999999&from=0&to=1', 404, /no signal/],
  ['/readings?signal=99999999999999999999&from=0&to=1', 404, /no signal/],
  ['/readings?signal=a%00b/c/d/e/f&from=0&to=1', 404, /no signal/],
  ['/readings?signal=%F0%9F&from=0&to=1', 404, /no signal/],
  [`/readings?signal=${'x'.repeat(3000)}&from=0&to=1`, 404, /no signal "x{120}…"/],
  ['/readings?signal=FOREIGN&from=0&to=1', 404, /no signal/],
  ['/readings?signal=paris/hall/line/press/temperature&from=0&to=1', 404, /no signal/],
  ['/readings?signal=WORDS&from=0&to=1', 400, /readings\.csv/],
  ['/readings.csv?signal=FOREIGN&from=0&to=1', 404, /no signal/],
  ['/readings.csv?GOOD&points=5', 400, /"points" is no parameter/],
  ['/machines?site=paris', 404, /no site "paris"/],
  ['/machines?site=%00', 404, /no site/],
  ['/signals?limit=1001', 400, /limit must be at most 1000/],
  ['/signals?limit=', 400, /limit must be at least 1/],
  ['/signals?cursor=garbage', 400, /cursor is none/],
  ['/sites?site=berlin', 400, /"site" is no parameter/],
  ['/nothing', 404, /openapi\.json/],
  ['/', 404, /openapi\.json/],
])('GET %s is refused with %i', async (path, status, detail) => {
  const asked = path
    .replace('GOOD', good())
    .replace('FOREIGN', String(foreign.signalId))
    .replace('WORDS', String(words.signalId));
  const response = await fetch(`${base}/api/v1${asked}`);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const problem = problemSchema.parse(await response.json());
  expect(problem.status).toBe(status);
  expect(problem.detail).toMatch(detail);
});

test('a cursor of another list is refused', async () => {
  const { next } = signalsSchema.parse(await getJson('/signals?limit=1'));
  const response = await fetch(`${base}/api/v1/machines?cursor=${next ?? ''}`);
  expect(response.status).toBe(400);
});

test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is refused and GET is named instead', async (method) => {
  for (const path of ['/sites', '/readings', '/readings.csv', '/openapi.json']) {
    const response = await fetch(`${base}/api/v1${path}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
    problemSchema.parse(await response.json());
  }
});

test.each(['/api/v1/SITES', '/api/v1/./sites', '/api/v1/%2e/sites', '/api/v1/sites%2f'])(
  'the odd spelling %s is nothing',
  async (path) => {
    expect(await raw(`GET ${path} HTTP/1.1`)).toMatch(/^HTTP\/1\.1 404 .*problem\+json/s);
  },
);

test('a query that is escaped badly or holds empty parts is answered', async () => {
  expect(await raw('GET /api/v1/signals?site=%zz HTTP/1.1')).toMatch(/^HTTP\/1\.1 404 /);
  expect(await raw('GET /api/v1/signals?&&limit=1& HTTP/1.1')).toMatch(/^HTTP\/1\.1 200 /);
});

test('HEAD is answered without a body', async () => {
  for (const path of ['/sites', `/readings?${good()}`, `/readings.csv?${good()}`, '/openapi.json']) {
    const answered = await raw(`HEAD /api/v1${path} HTTP/1.1`);
    expect(answered).toMatch(/^HTTP\/1\.1 200 /);
    expect(answered.split('\r\n\r\n')[1]).toBe('');
  }
  const refused = await raw(`HEAD /api/v1/readings.csv?signal=${foreign.signalId}&from=0&to=1 HTTP/1.1`);
  expect(refused).toMatch(/^HTTP\/1\.1 404 /);
});

test('the raw file gives back every number and text that is stored, by time and to the microsecond', async () => {
  const mixed = await putSignal(db.ownerSql, 'plant:berlin/hall/line 1/press/mixed "q"');
  const start = T0 * 1000;
  // Numbers and texts at the same times, so that page ends fall between the two.
  const count = 6000;
  await db.ownerSql`
    INSERT INTO telemetry.reading (signal_id, at, value, quality)
    SELECT ${mixed.signalId}::int, timestamptz 'epoch' + (${start}::bigint + i::bigint * 1000001) * interval '1 microsecond',
      CASE WHEN i % 10 = 0 THEN NULL ELSE i / 7.0 END, CASE WHEN i % 10 = 0 THEN 2 ELSE 0 END
    FROM generate_series(0, ${count - 1}::int) AS i`;
  await db.ownerSql`
    INSERT INTO telemetry.event (signal_id, at, text, quality)
    SELECT ${mixed.signalId}::int, timestamptz 'epoch' + (${start}::bigint + i::bigint * 1000001) * interval '1 microsecond',
      'is "' || i || '", or' || chr(10) || 'ünot', 1
    FROM generate_series(0, ${count - 1}::int) AS i WHERE i % 2 = 0`;
  const query = `signal=${mixed.signalId}&from=${T0}&to=${T0 + 3 * 3_600_000}`;
  const response = await fetch(`${base}/api/v1/readings.csv?${query}`);
  expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
  expect(response.headers.get('content-disposition')).toContain('attachment; filename="');
  const body = await response.text();
  expect(body.startsWith('at,value,quality\n2026-01-31T06:00:00.000Z,,bad\n')).toBe(true);
  const rows = parse<{ at: string; value: string; quality: string }>(body, { columns: true });
  const expected = Array.from({ length: count }, (_, i) => {
    const micros = i * 1_000_001;
    const iso = new Date(T0 + Math.floor(micros / 1000)).toISOString().slice(0, -1);
    const at = micros % 1000 === 0 ? `${iso}Z` : `${iso}${String(micros % 1000).padStart(3, '0')}Z`;
    const number = { at, value: i % 10 === 0 ? '' : String(i / 7), quality: i % 10 === 0 ? 'bad' : 'good' };
    const text = { at, value: `is "${i}", or\nünot`, quality: 'uncertain' };
    return i % 2 === 0 ? [number, text] : [number];
  }).flat();
  expect(rows).toEqual(expected);
});

test('long texts are read in pages of bounded size, and all arrive', async () => {
  const long = await putSignal(db.ownerSql, 'plant:berlin/hall/line 1/press/long', { kind: 'text' });
  await db.ownerSql`
    INSERT INTO telemetry.event (signal_id, at, text)
    SELECT ${long.signalId}::int, timestamptz '2026-01-31 06:00Z' + i * interval '1 minute', repeat(chr(97 + i), 60000)
    FROM generate_series(0, 24) AS i`;
  const body = await (
    await fetch(`${base}/api/v1/readings.csv?signal=${long.signalId}&from=0&to=${T0 + 86_400_000}`)
  ).text();
  const texts = body
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',')[1]);
  expect(texts).toEqual(Array.from({ length: 25 }, (_, i) => String.fromCharCode(97 + i).repeat(60_000)));
});

/** A signal whose file is far larger than what sockets hold. */
async function putLarge(name: string): Promise<TestSignal> {
  const large = await putSignal(db.ownerSql, `plant:berlin/hall/line 1/press/${name}`);
  for (let part = 0; part < 4; part++) {
    await db.ownerSql`
      INSERT INTO telemetry.reading (signal_id, at, value)
      SELECT ${large.signalId}::int, timestamptz '2026-01-01 00:00Z' + i * interval '1 second', i + random()
      FROM generate_series(${part * 100_000}::int, ${part * 100_000 + 99_999}::int) AS i`;
  }
  return large;
}

const ALL_OF_JANUARY = 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z';

/** The database, with a count of the transactions that were begun. */
function countTransactions(database: Database) {
  const counted = { begun: 0, onBegin: (_count: number): void => undefined };
  const wrapped: Database = {
    ...database,
    transaction: (asker, work) => {
      counted.begun += 1;
      counted.onBegin(counted.begun);
      return database.transaction(asker, work);
    },
  };
  return { counted, wrapped };
}

test('a download that stalls blocks no writer and takes no more than it can send; once read on it is whole', async () => {
  const large = await putLarge('stalled');
  const { counted, wrapped } = countTransactions(db.database);
  const address = await serve(wrapped);
  const socket = openRaw(
    `GET /api/v1/readings.csv?signal=${large.signalId}&${ALL_OF_JANUARY} HTTP/1.1`,
    address,
  );
  await once(socket, 'readable');
  // Nothing is read; the server stops asking when buffers are full. A writer is served all the while.
  let before = -1;
  while (before !== counted.begun) {
    before = counted.begun;
    for (let i = 0; i < 20; i++) {
      await db.database.transaction(
        { role: 'sentia_writer' },
        (sql) => sql`INSERT INTO telemetry.dirty (signal_id, hour)
          VALUES (${large.signalId}, '2026-01-31 06:00Z') ON CONFLICT DO NOTHING`,
      );
    }
  }
  const stalledAt = counted.begun;
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  expect(stalledAt).toBeLessThan(counted.begun);
  const received = Buffer.concat(chunks).toString('utf8');
  expect(received.match(/,good\n/g)).toHaveLength(400_000);
  expect(received.endsWith('0\r\n\r\n')).toBe(true);
});

test('when the client leaves, its download is read no further', async () => {
  const large = await putLarge('left');
  const { counted, wrapped } = countTransactions(db.database);
  const address = await serve(wrapped);
  const socket = openRaw(
    `GET /api/v1/readings.csv?signal=${large.signalId}&${ALL_OF_JANUARY} HTTP/1.1`,
    address,
  );
  await once(socket, 'readable');
  socket.destroy();
  const server = servers.at(-1)!;
  while ((await connections(server)) > 0) await new Promise((resolve) => setImmediate(resolve));
  const atLeaving = counted.begun;
  await db.database.transaction({ role: 'sentia_reader' }, (sql) => sql`SELECT 1 AS one`);
  expect(counted.begun).toBeLessThanOrEqual(atLeaving + 1);
  expect(counted.begun).toBeLessThan(100);
});

function connections(server: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

test('a database that goes away is a 503 before the first byte, and a cut connection after it', async () => {
  const large = await putLarge('cut');
  const { counted, wrapped } = countTransactions(db.database);
  let failFrom = 1;
  counted.onBegin = (count) => {
    if (count >= failFrom) throw new Error('the connection to the database was closed');
  };
  const address = await serve(wrapped);
  for (const path of ['/sites', `/readings?${good()}`, `/readings.csv?${good()}`]) {
    const response = await fetch(`${address}/api/v1${path}`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    problemSchema.parse(await response.json());
  }
  failFrom = counted.begun + 10;
  const response = await fetch(`${address}/api/v1/readings.csv?signal=${large.signalId}&${ALL_OF_JANUARY}`);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
});

test('every route is documented, and everything documented is there', async () => {
  const document = (await getJson('/openapi.json')) as {
    openapi: string;
    paths: Record<
      string,
      { get: { operationId: string; parameters?: { name: string; required: boolean }[] } }
    >;
    components: { schemas: Record<string, unknown> };
  };
  expect(document.openapi).toMatch(/^3\.1\./);
  const documented = Object.keys(document.paths);
  expect(documented).toEqual(expect.arrayContaining(ROUTES.map((route) => route.path)));
  const ids = Object.values(document.paths).map(({ get }) => get.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const [letter] = await db.ownerSql<{ id: string }[]>`
    INSERT INTO telemetry.dead_letter (feed, writer, topic, reason, detail, received_at, size, payload)
    VALUES ('mqtt', 'w1', 'plants/x', 'bad_topic', 'too short', now(), 1, 'x') RETURNING dead_letter_id::text AS id`;
  for (const path of documented.filter((one) => one !== LIVE_PATH)) {
    const required = document.paths[path]?.get.parameters?.filter((parameter) => parameter.required) ?? [];
    const values: Record<string, string> = {
      signal: String(temperature.signalId),
      id: letter?.id ?? '',
      from: '0',
      to: String(T0),
    };
    const query = required.map(({ name }) => `${name}=${values[name] ?? 'unexpected'}`).join('&');
    const response = await fetch(`${base}/api/v1${path}?${query}`);
    expect([path, response.status]).toEqual([path, 200]);
    await response.arrayBuffer();
  }
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"/]+)"/g)];
  expect(references.length).toBeGreaterThan(10);
  for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty([name]);
});

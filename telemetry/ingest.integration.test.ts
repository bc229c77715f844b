import { inflateRawSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { unpackReadings } from '../contracts/packed-readings.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { expectEven, startPipeline, type TestPipeline } from '../tests/support/start-pipeline.ts';
import { ensureOrganisation } from './registry/ensure-organisation.ts';

const AT = '2025-11-20T10:00:00.123456Z';

let db: TestDatabase;
let pipeline: TestPipeline;
const pipelines: TestPipeline[] = [];
/** Each test has a site of its own; the books are kept over all of them. */
let site = '';
let machine = '';

async function start(over: Parameters<typeof startPipeline>[1] = {}) {
  const started = await startPipeline(db.database, over);
  pipelines.push(started);
  return started;
}

beforeAll(async () => {
  db = await createTestDatabase();
  pipeline = await start();
});

afterAll(async () => {
  await db.close();
});

beforeEach((context) => {
  site = `site-${context.task.id}`;
  machine = `plants/${site}/hall-1/line-1/press-1`;
});

afterEach(expectBooksBalance);

async function readings() {
  return db.ownerSql<{ signal: string; at: string; value: number | null; quality: number }[]>`
    SELECT signal.slug AS signal, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') AS at, value, quality
    FROM telemetry.reading JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)
    JOIN public.line USING (line_id) JOIN public.area USING (area_id) JOIN public.site USING (site_id)
    WHERE site.slug = ${site} ORDER BY at, signal`;
}

async function events() {
  const rows = await db.ownerSql<{ text: string }[]>`
    SELECT text FROM telemetry.event JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)
    JOIN public.line USING (line_id) JOIN public.area USING (area_id) JOIN public.site USING (site_id)
    WHERE site.slug = ${site}`;
  return rows.map((row) => row.text);
}

async function letters() {
  return db.ownerSql<{ reason: string; topic: string; size: number; payload: Buffer; detail: string }[]>`
    SELECT reason, topic, size, payload, detail FROM telemetry.dead_letter
    WHERE topic LIKE ${`plants/${site}/%`} ORDER BY dead_letter_id`;
}

async function reasons() {
  return (await letters()).map((letter) => letter.reason);
}

/** The changes announced for the test's site. */
async function changes() {
  return db.ownerSql<{ kind: string; payload: unknown; siteId: number }[]>`
    SELECT kind, payload, site_id AS "siteId" FROM public.change JOIN public.site USING (site_id)
    WHERE site.slug = ${site} ORDER BY position`;
}

/** What this test's messages came to. */
async function account(work: () => Promise<unknown>, from = pipeline) {
  const before = from.ingest.accounting();
  await work();
  const after = from.ingest.accounting();
  return {
    received: after.received - before.received,
    stored: after.stored - before.stored,
    duplicate: after.duplicate - before.duplicate,
    conflict: after.conflict - before.conflict,
  };
}

/** The books: the writers' counters, the ledger and the tables must say the same. */
async function expectBooksBalance() {
  const total = { messages: 0, received: 0, stored: 0, duplicate: 0, conflict: 0, deadLettered: 0 };
  for (const { ingest } of pipelines) {
    const accounting = ingest.accounting();
    expectEven(accounting);
    expect(accounting.inFlight).toBe(0);
    for (const key of ['messages', 'received', 'stored', 'duplicate', 'conflict', 'deadLettered'] as const) {
      total[key] += accounting[key];
    }
  }
  const [ledger] = await db.ownerSql`
    SELECT messages, received, stored, duplicate, conflict, dead_lettered AS "deadLettered" FROM telemetry.ledger_total`;
  expect(ledger).toEqual(total);
  const [tables] = await db.ownerSql`
    SELECT (SELECT count(*) FROM telemetry.reading) + (SELECT count(*) FROM telemetry.event) + ${dropped}::int AS stored,
           (SELECT count(*) FROM telemetry.dead_letter WHERE reason <> 'conflict') AS "deadLettered",
           (SELECT count(*) FROM telemetry.dead_letter WHERE reason = 'conflict') AS conflict`;
  expect(tables).toEqual({
    stored: total.stored,
    deadLettered: total.deadLettered,
    conflict: total.conflict,
  });
}
/** Readings that a test dropped with their chunk. */
let dropped = 0;

test('a machine message is stored to the microsecond, its equipment created and announced', async () => {
  const before = pipeline.positions.length;
  await pipeline.send(machine, { at: AT, values: { temperature: 71.2, running: true, state: 'idle' } });
  expect(await readings()).toEqual([
    { signal: 'running', at: '2025-11-20T10:00:00.123456', value: 1, quality: 0 },
    { signal: 'temperature', at: '2025-11-20T10:00:00.123456', value: 71.2, quality: 0 },
  ]);
  expect(await events()).toEqual(['idle']);
  const kinds = await db.ownerSql`
    SELECT signal.slug, kind FROM public.signal JOIN public.machine USING (machine_id) JOIN public.line USING (line_id)
    JOIN public.area USING (area_id) JOIN public.site USING (site_id) WHERE site.slug = ${site} ORDER BY signal.slug`;
  expect(kinds.map((row) => [row['slug'], row['kind']])).toEqual([
    ['running', 'boolean'],
    ['state', 'text'],
    ['temperature', 'number'],
  ]);
  const [change] = await changes();
  expect(change).toMatchObject({ kind: 'equipment', payload: { siteId: change?.siteId } });
  expect(pipeline.positions.slice(before)).toHaveLength(2);
});

test('the ledger carries exactly what was stored, packed', async () => {
  const [head] = await db.ownerSql<{ position: number }[]>`SELECT position FROM telemetry.head`;
  await pipeline.send(`${machine}/a`, { value: 1, at: AT });
  await Promise.all([
    pipeline.send(`${machine}/a`, { value: 1, at: AT }),
    pipeline.send(`${machine}/a`, { value: 2.5, at: '2025-11-20T10:00:01Z' }),
    pipeline.send(`${machine}/state`, { value: 'läuft', at: '2025-11-20T10:00:01Z', quality: 'uncertain' }),
    pipeline.send(`${machine}/a`, { value: null, at: '2025-11-20T10:00:02Z', quality: 'bad' }),
  ]);
  const batches = await db.ownerSql<{ packed: Buffer }[]>`
    SELECT packed FROM telemetry.ingest_batch WHERE position > ${head?.position ?? 0} ORDER BY position`;
  const unpacked = batches.flatMap(({ packed }) => unpackReadings(inflateRawSync(packed)));
  const second = Date.UTC(2025, 10, 20, 10, 0, 1) * 1000;
  expect(unpacked.map(({ atMicros, value, quality }) => [atMicros, value, quality])).toEqual([
    [second - 1e6 + 123_456, 1, 'good'],
    [second, 2.5, 'good'],
    [second + 1e6, null, 'bad'],
    [second, 'läuft', 'uncertain'],
  ]);
});

test('positions are dense over batches and changes', async () => {
  for (const signal of ['a', 'b', 'c']) await pipeline.send(`${machine}/${signal}`, '1');
  const positions = await db.ownerSql<{ position: number }[]>`
    SELECT position FROM telemetry.ingest_batch UNION ALL SELECT position FROM public.change ORDER BY 1`;
  expect(positions.map((row) => row.position)).toEqual(positions.map((_, i) => i + 1));
});

test('the same reading again is a duplicate, another value or quality a conflict, within a batch and against what is stored', async () => {
  const send = (value: unknown, over = {}) => pipeline.send(`${machine}/a`, { value, at: AT, ...over });
  const outcome = await account(async () => {
    await Promise.all([send(1), send(1), send(2)]);
    await Promise.all([send(1), send(3), send(1, { quality: 'bad' }), send('1')]);
  });
  expect(outcome).toEqual({ received: 7, stored: 1, duplicate: 2, conflict: 4 });
  expect((await readings()).map((row) => row.value)).toEqual([1]);
  expect(await reasons()).toEqual(Array(4).fill('conflict'));
});

test('a text and a number of one signal share their times', async () => {
  const outcome = await account(async () => {
    await pipeline.send(`${machine}/a`, { value: 'n/a', at: AT });
    await pipeline.send(`${machine}/a`, { value: 1, at: AT });
    await pipeline.send(`${machine}/a`, { value: 2, at: '2025-11-20T11:00:00Z' });
  });
  expect(outcome).toMatchObject({ stored: 2, conflict: 1 });
});

test('an integer beyond 2^53 is kept to the last digit', async () => {
  await pipeline.send(`${machine}/serial`, '{"value":12345678901234567890,"at":"2025-11-20T10:00:00Z"}');
  expect(await events()).toEqual(['12345678901234567890']);
});

test('readings without a time are stamped on arrival, each of a signal at its own microsecond', async () => {
  const receivedAtMs = Date.UTC(2025, 10, 20);
  await Promise.all(
    Array.from({ length: 500 }, (_, i) => pipeline.send(`${machine}/a`, String(i), { receivedAtMs })),
  );
  const stored = await readings();
  expect(stored.map((row) => row.value)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  expect(stored[0]?.at).toBe('2025-11-20T00:00:00.000000');
  expect(stored[499]?.at).toBe('2025-11-20T00:00:00.000499');
});

test('one bad element in an array of 1,000 leaves the other 999, and a dead letter with the payload', async () => {
  const start = Date.UTC(2025, 10, 20);
  const elements = Array.from({ length: 1000 }, (_, i) => ({ value: i === 7 ? {} : i, at: start + i }));
  await pipeline.send(`${machine}/a`, elements);
  expect(await readings()).toHaveLength(999);
  const [letter] = await letters();
  const payload = JSON.stringify(elements);
  expect(letter).toMatchObject({ reason: 'bad_value', topic: `${machine}/a`, size: payload.length });
  expect(letter?.payload.toString()).toBe(payload);
  expect(letter?.detail).toMatch(/^element 8: /);
});

test('of several bad elements only the first dead letter carries the payload', async () => {
  const payload = '[null, 1, {"value":[2]}]';
  await pipeline.send(`${machine}/a`, payload);
  expect((await letters()).map((letter) => letter.payload.toString())).toEqual([payload, '{"value":[2]}']);
});

test('a payload of 10 MB becomes a dead letter that keeps its first 4 KB', async () => {
  await pipeline.send(`${machine}/a`, new Uint8Array(10 * 1024 * 1024).fill(0x31));
  const [letter] = await letters();
  expect(letter).toMatchObject({ reason: 'payload_too_large', size: 10 * 1024 * 1024 });
  expect(letter?.payload).toHaveLength(4 * 1024);
});

test('a message of 30,000 readings is stored over several transactions and settled once', async () => {
  const start = Date.UTC(2025, 10, 20);
  const elements = Array.from({ length: 30_000 }, (_, i) => ({ value: i, at: start + i }));
  const outcome = await account(() => pipeline.send(`${machine}/a`, elements));
  expect(outcome).toMatchObject({ received: 30_000, stored: 30_000 });
  expect(await readings()).toHaveLength(30_000);
});

test('readings of any year since 2000 find a chunk of their day, none strays', async () => {
  const years = [2000, 2003, 2018, 2026];
  await Promise.all(
    years.map((year) => pipeline.send(`${machine}/a`, { value: year, at: `${year}-03-01T00:00:00Z` })),
  );
  expect((await readings()).map((row) => row.value)).toEqual(years);
  expect(await pipeline.chunks.strays()).toBe(0);
});

test('what was measured long ago goes in late batches, what is new in live ones', async () => {
  const lanes = async () => {
    const [row] = await db.ownerSql`SELECT lane FROM telemetry.ingest_batch ORDER BY position DESC LIMIT 1`;
    return row?.['lane'] as unknown;
  };
  await pipeline.send(`${machine}/a`, '1');
  expect(await lanes()).toBe('live');
  await pipeline.send(`${machine}/a`, { value: 1, at: AT });
  expect(await lanes()).toBe('late');
});

test('a reading for a day whose chunk was dropped goes to dead letters', async () => {
  const old = { value: 1, at: '2019-07-01T10:00:00Z' };
  const day = Date.UTC(2019, 6, 1);
  await pipeline.send(`${machine}/a`, old);
  await pipeline.chunks.drop('reading', day);
  dropped++;
  await pipeline.send(`${machine}/a`, { ...old, value: 2 });
  expect(await readings()).toEqual([]);
  expect(await reasons()).toEqual(['closed_range']);
  const chunk = (await pipeline.chunks.list()).find((one) => one.tier === 'reading' && one.fromMs === day);
  expect(chunk?.closed).toBe(true);
});

test('a unit is set when first declared, as UCUM; other units become it or are refused', async () => {
  const at = (second: number) => new Date(Date.UTC(2025, 10, 20, 10, 0, second)).toISOString();
  await pipeline.send(`${machine}/a`, { value: 1, at: at(0) });
  await pipeline.send(`${machine}/a`, { value: 2, unit: '°C', at: at(1) });
  await pipeline.send(`${machine}/a`, { value: 160, unit: 'degF', at: at(2) });
  await pipeline.send(`${machine}/a`, { value: 300.15, unit: 'K', at: at(3) });
  await pipeline.send(`${machine}/a`, { value: 3, unit: 'bar', at: at(4) });
  await pipeline.send(`${machine}/a`, { value: 'hot', unit: '°F', at: at(5) });
  expect(pipeline.registry.signal(`${machine.slice('plants/'.length)}/a`)?.unit).toBe('Cel');
  expect((await readings()).map((reading) => reading.value)).toEqual([1, 2, 71.1111111111111, 27]);
  expect(await reasons()).toEqual(['bad_unit', 'bad_unit']);
  expect((await letters())[0]?.detail).toMatch(/is kept in "Cel", this reading is in "bar"/);
  expect((await changes()).map((change) => change.kind)).toEqual(['equipment', 'equipment']);
});

test('a converted reading that is sent again is a duplicate', async () => {
  await pipeline.send(`${machine}/a`, { value: 1, unit: 'bar', at: '2025-11-20T10:00:00Z' });
  const again = { value: 251.7, unit: 'kPa', at: '2025-11-20T10:00:01Z' };
  const outcome = await account(async () => {
    await pipeline.send(`${machine}/a`, again);
    await pipeline.send(`${machine}/a`, again);
    await pipeline.send(`${machine}/a`, { value: 2.517, unit: 'bar', at: again.at });
  });
  expect(outcome).toEqual({ received: 3, stored: 1, duplicate: 2, conflict: 0 });
});

test('a publisher reaches the sites of its own organisation only', async () => {
  await ensureOrganisation(db.database, { slug: 'demo', name: 'Demo', simulated: true }, [
    { slug: site, name: 'Lindau', timeZone: 'Europe/Berlin' },
  ]);
  const topic = `${machine}/a`;
  await Promise.all([
    pipeline.send(topic, '1', { organisation: 'plant' }),
    pipeline.send(topic, '1', { organisation: 'demo' }),
  ]);
  await pipeline.send(topic, '2', { organisation: 'plant' });
  await pipeline.send(topic, '3', { organisation: null });
  expect((await readings()).map((row) => row.value)).toEqual([1, 3]);
  expect(await reasons()).toEqual(['foreign_site', 'foreign_site']);
});

test('an unknown site belongs to the organisation of who published first', async () => {
  await pipeline.send(`${machine}/a`, '1', { organisation: 'plant' });
  await pipeline.send(`${machine}/a`, '2', { organisation: 'demo' });
  expect(pipeline.registry.owner(site)?.organisation).toBe('plant');
  expect(await reasons()).toEqual(['foreign_site']);
});

test('new names beyond the hourly bound go to dead letters, known ones go on', async () => {
  const bounded = await start({ creationsPerHour: 2 });
  for (const name of ['a', 'b', 'c', 'a']) await bounded.send(`${machine}/${name}`, '1');
  expect(await readings()).toHaveLength(3);
  expect(await reasons()).toEqual(['creation_limit']);
  expect(bounded.registry.creationsRefused).toBe(1);
});

test('two writers that meet the same unknown names at once agree on them', async () => {
  const other = await start({ writer: 'other-writer' });
  const names = Array.from({ length: 50 }, (_, i) => `${machine}/signal-${i}`);
  await Promise.all(
    names.flatMap((topic) => [
      pipeline.send(topic, { value: 1, at: AT }),
      other.send(topic, { value: 2, at: '2025-11-20T11:00:00Z' }),
    ]),
  );
  expect(await readings()).toHaveLength(100);
  const ids = (from: TestPipeline) => names.map((topic) => from.registry.signal(topic.slice(7))?.signalId);
  expect(ids(other)).toEqual(ids(pipeline));
});

const ORDER = {
  order: '4711',
  product: 'lid',
  quantity: 500,
  plannedFrom: 1795150800,
  plannedTo: 1795183200,
  idealCycleS: 12,
};

test('an order is stored, announced once, and replaced by a later message of the same name', async () => {
  const topic = `plants/${site}/hall-1/line-1/order`;
  await pipeline.send(topic, ORDER);
  await pipeline.send(topic, ORDER);
  await Promise.all([
    pipeline.send(topic, { ...ORDER, quantity: 600 }),
    pipeline.send(topic, { ...ORDER, quantity: 700 }),
  ]);
  const orders = await db.ownerSql<{ quantity: number; planned: string }[]>`
    SELECT quantity, extract(epoch FROM planned_from)::text AS planned FROM public.production_order
    JOIN public.line USING (line_id) JOIN public.area USING (area_id) JOIN public.site USING (site_id)
    WHERE site.slug = ${site}`;
  expect([...orders]).toEqual([{ quantity: 700, planned: '1795150800.000000' }]);
  expect((await changes()).map((change) => change.kind)).toEqual(['equipment', 'order', 'order']);
});

test('an order for a foreign site is refused and counted', async () => {
  await pipeline.send(`${machine}/a`, '1', { organisation: 'plant' });
  await pipeline.send(`plants/${site}/hall-1/line-1/order`, ORDER, { organisation: 'demo' });
  expect(await reasons()).toEqual(['foreign_site']);
});

test('a retained value without a time is kept as uncertain', async () => {
  await pipeline.send(`${machine}/a`, '1', { retained: true });
  await pipeline.send(`${machine}/b`, { value: 1, at: AT }, { retained: true });
  const qualities = Object.fromEntries((await readings()).map((row) => [row.signal, row.quality]));
  expect(qualities).toEqual({ a: 1, b: 0 });
});

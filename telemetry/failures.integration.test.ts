import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../contracts/database.ts';
import { openDatabase } from '../prisma/open-database.ts';
import { startCuttableDatabase, type CuttableDatabase } from '../tests/support/cuttable-database.ts';
import { expectEven, startPipeline, type TestPipeline } from '../tests/support/start-pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { INGEST_LIMITS } from './ingest.ts';

const AT_MS = Date.UTC(2025, 10, 20);
const BOOKS = [
  'messages',
  'received',
  'stored',
  'duplicate',
  'conflict',
  'deadLettered',
  'shed',
  'inFlight',
] as const;

let db: TestDatabase;
let line: CuttableDatabase;
let database: Database;
let pipeline: TestPipeline;
let topic = '';

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(async () => {
  await db.close();
});

beforeEach(async (context) => {
  line = await startCuttableDatabase(db.connection);
  database = await openDatabase({ target: line.target, name: 'test' });
  pipeline = await startPipeline(database, { writer: `writer-${context.task.id}` });
  topic = `plants/site-${context.task.id}/hall/line/press/value`;
  await pipeline.send(topic, { value: -1, at: AT_MS - 1 });
});

afterEach(async () => {
  await database.close();
  await line.stop();
});

async function storedValues() {
  const rows = await db.ownerSql<{ value: number }[]>`
    SELECT value FROM telemetry.reading JOIN public.signal USING (signal_id) JOIN public.machine USING (machine_id)
    JOIN public.line USING (line_id) JOIN public.area USING (area_id) JOIN public.site USING (site_id)
    WHERE site.slug = ${topic.split('/')[1] ?? ''} ORDER BY at`;
  return rows.map((row) => row.value);
}

async function ledger(writer: string) {
  const [row] = await db.ownerSql`
    SELECT sum(messages)::int AS messages, sum(received)::int AS received, sum(stored)::int AS stored,
           sum(duplicate)::int AS duplicate, sum(conflict)::int AS conflict, sum(dead_lettered)::int AS "deadLettered"
    FROM telemetry.ingest_batch WHERE writer = ${writer}`;
  return { ...row };
}

const sendMany = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) =>
    pipeline.send(topic, { value: from + i, at: AT_MS + from + i }),
  );

test('while the database is gone nothing is acknowledged and nothing is lost, and it goes on when it is back', async () => {
  await line.cut();
  let acknowledged = 0;
  const sent = sendMany(0, 300).map((done) => done.then(() => acknowledged++));
  await expect.poll(() => pipeline.health.databaseError).not.toBeNull();
  const accounting = pipeline.ingest.accounting();
  expectEven(accounting);
  expect(accounting.inFlight).toBe(300);
  expect(acknowledged).toBe(0);
  await line.restore();
  await Promise.all(sent);
  expect(await storedValues()).toEqual(Array.from({ length: 301 }, (_, i) => i - 1));
  expect(pipeline.health.databaseError).toBeNull();
});

test('a commit whose answer was lost is found in the ledger, not stored again', async (context) => {
  line.loseNextCommit();
  await Promise.all(sendMany(0, 50));
  expect(await storedValues()).toHaveLength(51);
  expect(pipeline.ingest.accounting()).toMatchObject({ received: 51, stored: 51, duplicate: 0 });
  expect(await ledger(`writer-${context.task.id}`)).toMatchObject({ received: 51, stored: 51, duplicate: 0 });
});

test('redelivery after a crash stores nothing twice', async (context) => {
  await Promise.all(sendMany(0, 100));
  const second = await startPipeline(database, { writer: `again-${context.task.id}` });
  pipeline = second;
  await Promise.all(sendMany(50, 150));
  expect(await storedValues()).toHaveLength(151);
  expect(second.ingest.accounting()).toMatchObject({ received: 100, stored: 50, duplicate: 50 });
});

test('beyond the buffer QoS 1 waits without being taken in, QoS 0 is shed and counted', async () => {
  const small = await startPipeline(database, {
    limits: { ...INGEST_LIMITS, maxBufferedReadings: 10, pauseAtReadings: 8 },
  });
  pipeline = small;
  await line.cut();
  const sent = sendMany(0, 15);
  await small.send(topic, '1', { qos: 0 });
  expect(small.ingest.accounting()).toMatchObject({ received: 11, inFlight: 10, shed: 1 });
  expect(small.ingest.whenRoom()).not.toBeNull();
  let given = 0;
  void small.send(topic, { value: 99, at: AT_MS + 99 }, { abandoned: () => true }).then(() => given++);
  await line.restore();
  await Promise.all(sent);
  await expect.poll(() => given).toBe(1);
  const accounting = small.ingest.accounting();
  expectEven(accounting);
  expect(accounting).toMatchObject({ received: 16, stored: 15, shed: 1, inFlight: 0 });
  expect(small.ingest.whenRoom()).toBeNull();
});

test('a row that the database refuses goes to dead letters, and the others of its batch are stored', async () => {
  // A constraint that nothing of ours knows of.
  await db.ownerSql`ALTER TABLE telemetry.reading ADD CONSTRAINT no_1313 CHECK (value <> 1313)`;
  await Promise.all(sendMany(1300, 1340));
  await db.ownerSql`ALTER TABLE telemetry.reading DROP CONSTRAINT no_1313`;
  const values = await storedValues();
  expect(values).toHaveLength(40);
  expect(values).not.toContain(1313);
  const [letter] = await db.ownerSql`SELECT reason, detail FROM telemetry.dead_letter WHERE topic = ${topic}`;
  expect(letter).toMatchObject({ reason: 'bad_value' });
  expect(letter?.['detail']).toMatch(/no_1313/);
  const accounting = pipeline.ingest.accounting();
  expectEven(accounting);
  expect(accounting).toMatchObject({ received: 41, stored: 40, deadLettered: 1 });
});

test('an organisation that was removed gets nothing more under its old ids', async () => {
  const site = topic.split('/')[1] ?? '';
  await db.ownerSql`INSERT INTO public.organisation (slug, name) VALUES (${site}, ${site})`;
  const own = (signal: string, value: number) =>
    pipeline.send(`plants/own-${site}/a/l/m/${signal}`, { value, at: AT_MS + value }, { organisation: site });
  await own('s', 1);
  await db.ownerSql`DELETE FROM public.organisation WHERE slug = ${site}`;
  await own('s', 2);
  const [left] = await db.ownerSql<{ count: number }[]>`
    SELECT count(*) FROM telemetry.reading WHERE at = ${new Date(AT_MS + 2)}
    AND NOT EXISTS (SELECT FROM public.signal WHERE signal.signal_id = reading.signal_id)`;
  expect(left?.count).toBe(0);
  const letters =
    await db.ownerSql`SELECT reason FROM telemetry.dead_letter WHERE topic LIKE ${`plants/own-${site}/%`}`;
  expect(letters.map((letter) => letter['reason'])).toEqual(['foreign_site']);
});

test('the accounting is even at every moment of a busy minute', async () => {
  const moments: string[] = [];
  const look = () => {
    const accounting = pipeline.ingest.accounting();
    expectEven(accounting);
    moments.push(BOOKS.map((key) => accounting[key]).join(' '));
  };
  const sent: Promise<void>[] = [];
  for (let i = 0; i < 200; i++) {
    sent.push(pipeline.send(topic, i % 7 === 0 ? 'NaN' : { value: i % 5, at: AT_MS + (i % 50) }).then(look));
    look();
    if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(sent);
  look();
  expect(new Set(moments).size).toBeGreaterThan(10);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Database } from '../contracts/database.ts';
import { openDatabase } from '../prisma/open-database.ts';
import { startCuttableDatabase, type CuttableDatabase } from '../tests/support/cuttable-database.ts';
import { expectEven, quietLog, startPipeline, type TestPipeline } from '../tests/support/start-pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { INGEST_LIMITS } from './ingest.ts';
import { openSpool } from './spool/open-spool.ts';
import type { Spool } from './spool/spool.ts';

// The database is away, slow or ill: what arrives is acknowledged from the spool and stored once when it is well.

const AT_MS = Date.now() - 10_000;
const TOPIC = 'plants/ulm/hall/line/press/value';
const MB = 1024 * 1024;

let db: TestDatabase;
let line: CuttableDatabase;
let database: Database;
let directory: string;
let spool: Spool;
let pipeline: TestPipeline;

beforeEach(async () => {
  db = await createTestDatabase();
  line = await startCuttableDatabase(db.connection);
  directory = await mkdtemp(path.join(tmpdir(), 'sentia-outage-'));
  await start();
  await pipeline.send(TOPIC, { value: -1, at: AT_MS - 1 });
  await spoolIsEmpty();
});

afterEach(async () => {
  await stop();
  await line.stop();
  await db.close();
  await rm(directory, { recursive: true, force: true });
});

async function start(maxBytes = 256 * MB, limits = INGEST_LIMITS): Promise<void> {
  database = await openDatabase({ target: line.target, name: 'test' });
  spool = await openSpool({ directory, maxBytes, log: quietLog });
  pipeline = await startPipeline(database, { spool, limits });
}

/** As a process that ends, whatever is in the spool. */
async function stop(): Promise<void> {
  const stopped = pipeline.stop();
  await database.close();
  await stopped;
  await spool.close();
}

const sendMany = (from: number, to: number) =>
  Promise.all(
    Array.from({ length: to - from }, (_, i) =>
      pipeline.send(TOPIC, { value: from + i, at: AT_MS + from + i }),
    ),
  );

const spoolIsEmpty = () =>
  expect.poll(() => pipeline.ingest.accounting().inFlight, { timeout: 60_000, interval: 20 }).toBe(0);

/** Every value once, the ledger and the tables alike, nothing unexplained. */
async function expectEachOnce(count: number): Promise<void> {
  const [stored] = await db.ownerSql<{ count: number; distinct: number }[]>`
    SELECT count(*)::int AS count, count(DISTINCT value)::int AS distinct FROM telemetry.reading`;
  expect(stored).toEqual({ count, distinct: count });
  const [ledger] = await db.ownerSql`
    SELECT stored, duplicate, conflict, dead_lettered AS "deadLettered" FROM telemetry.ledger_total`;
  expect(ledger).toEqual({ stored: count, duplicate: 0, conflict: 0, deadLettered: 0 });
  const accounting = pipeline.ingest.accounting();
  expectEven(accounting);
  expect(accounting.inFlight).toBe(0);
}

test('while the database is gone messages are acknowledged from the spool, and stored once when it is back', async () => {
  await line.cut();
  await sendMany(0, 300);
  expect(spool.status().readings).toBe(300);
  const accounting = pipeline.ingest.accounting();
  expectEven(accounting);
  expect(accounting).toMatchObject({ received: 301, stored: 1, inFlight: 300 });
  expect(pipeline.health.databaseError).not.toBeNull();
  await line.restore();
  await spoolIsEmpty();
  await expectEachOnce(301);
  expect(pipeline.health.databaseError).toBeNull();
  const lanes =
    await db.ownerSql`SELECT lane, sum(stored)::int AS stored FROM telemetry.ingest_batch GROUP BY 1 ORDER BY 1`;
  expect(lanes).toEqual([
    { lane: 'late', stored: 300 },
    { lane: 'live', stored: 1 },
  ]);
});

test('what is spooled outlives a restart, and is in flight again', async () => {
  await line.cut();
  await sendMany(0, 300);
  await stop();
  await line.restore();
  const held = line.hold();
  const starting = start();
  held();
  await starting;
  expect(pipeline.ingest.accounting().received).toBe(300);
  await spoolIsEmpty();
  await expectEachOnce(301);
});

test('a batch whose COMMIT went through unheard before the database went away is not stored again', async () => {
  line.loseNextCommit();
  const sent = sendMany(0, 50);
  await expect.poll(() => pipeline.health.databaseError).not.toBeNull();
  await line.cut();
  await sent;
  expect(spool.status().readings).toBe(50);
  await line.restore();
  await spoolIsEmpty();
  await expectEachOnce(51);
});

test('a database that does not answer holds nobody up for long, and its transaction may still commit', async () => {
  const release = line.hold();
  await sendMany(0, 50);
  await sendMany(50, 100);
  expect(spool.status().readings).toBe(100);
  release();
  await spoolIsEmpty();
  await expectEachOnce(101);
});

test('times of arrival stay what they were, so that nothing without a time is stored twice', async () => {
  await line.cut();
  await Promise.all([pipeline.send(TOPIC, '7'), pipeline.send(TOPIC, '8'), pipeline.send(TOPIC, '[9,10]')]);
  line.loseNextCommit();
  await line.restore();
  await spoolIsEmpty();
  await expectEachOnce(5);
});

test('a spooled reading that the database refuses becomes one dead letter, the others are stored once', async () => {
  await db.ownerSql`ALTER TABLE telemetry.reading ADD CONSTRAINT no_13 CHECK (value <> 13)`;
  await line.cut();
  await sendMany(0, 40);
  await line.restore();
  await spoolIsEmpty();
  const [row] = await db.ownerSql`
    SELECT (SELECT count(*)::int FROM telemetry.reading) AS stored,
           (SELECT count(*)::int FROM telemetry.dead_letter WHERE reason = 'bad_value') AS letters,
           (SELECT stored FROM telemetry.ledger_total) AS ledger, (SELECT dead_lettered FROM telemetry.ledger_total) AS refused`;
  expect(row).toEqual({ stored: 40, letters: 1, ledger: 40, refused: 1 });
  expectEven(pipeline.ingest.accounting());
});

test('a full spool pushes QoS 1 back and sheds QoS 0, and nothing that was acknowledged is lost', async () => {
  await stop();
  await start(4_000, { ...INGEST_LIMITS, maxBufferedReadings: 100, pauseAtReadings: 50 });
  await line.cut();
  let acknowledged = 0;
  const sent = Array.from({ length: 400 }, (_, i) =>
    pipeline.send(TOPIC, { value: i, at: AT_MS + i }).then(() => acknowledged++),
  );
  await expect.poll(() => spool.status().bytes, { timeout: 10_000 }).toBeGreaterThan(1_000);
  // Twice as long as a batch may wait for the database.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(acknowledged).toBeLessThan(400);
  expect(pipeline.ingest.whenRoom()).not.toBeNull();
  await pipeline.send(TOPIC, { value: 1000, at: AT_MS + 1000 }, { qos: 0 });
  const { shed } = pipeline.ingest.accounting();
  expect(shed).toBe(1);
  expectEven(pipeline.ingest.accounting());
  await line.restore();
  await Promise.all(sent);
  await spoolIsEmpty();
  await expectEachOnce(401);
});

test.each([
  { ill: 'a full disk', state: '53100' },
  { ill: 'too many connections', state: '53300' },
  { ill: 'a lock that is not given', state: '55P03' },
  { ill: 'a failover to a server that only reads', state: '25006' },
  { ill: 'a server that shuts down', state: '57P01' },
])('$ill ($state) is told while it lasts and needs no restart', async ({ state }) => {
  await db.ownerSql.unsafe(`
    CREATE FUNCTION telemetry.fall_ill() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the database is ill' USING ERRCODE = '${state}'; END $$;
    CREATE TRIGGER ill BEFORE INSERT ON telemetry.ingest_batch FOR EACH ROW EXECUTE FUNCTION telemetry.fall_ill()`);
  await sendMany(0, 60);
  expect(pipeline.health.databaseError).toMatch(/is ill/);
  expect(spool.status().readings).toBe(60);
  await db.ownerSql`DROP TRIGGER ill ON telemetry.ingest_batch`;
  await spoolIsEmpty();
  await sendMany(60, 70);
  expect(pipeline.health.databaseError).toBeNull();
  await expectEachOnce(71);
});

test('ten minutes without the database at 1,000 messages a second lose nothing and take no memory', async () => {
  const SECONDS = 600;
  const beginMs = Date.now() - 3_600_000;
  const second = (nth: number) =>
    Promise.all(
      Array.from({ length: 1_000 }, (_, i) => {
        const value = nth * 1_000 + i;
        return pipeline.send(TOPIC, { value, at: beginMs + value });
      }),
    );
  await line.cut();
  // An embedded test database keeps its tables in this process.
  const used = () => {
    const { rss, arrayBuffers } = process.memoryUsage();
    return db.connection.kind === 'socket' ? rss - arrayBuffers : rss;
  };
  const before = used();
  let most = before;
  let seconds = 0;
  for (; seconds < SECONDS; seconds++) {
    await second(seconds);
    most = Math.max(most, used());
  }
  expect(spool.status().readings).toBe(SECONDS * 1_000);
  await line.restore();
  // What arrives meanwhile does not wait for the backlog.
  for (; spool.status().batches > 0; seconds++) {
    await second(seconds);
    most = Math.max(most, used());
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await spoolIsEmpty();
  await expectEachOnce(seconds * 1_000 + 1);
  expect((most - before) / MB).toBeLessThan(256);
}, 240_000);

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFakeClock } from '../tests/support/fake-clock.ts';
import { startPipeline } from '../tests/support/start-pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { foldLedger } from './ledger-upkeep.ts';

const MINUTE_MS = 60_000;
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(async () => {
  await db.close();
});

async function total() {
  const [row] = await db.ownerSql`SELECT * FROM telemetry.ledger_total`;
  return { ...row };
}

async function positions() {
  const rows = await db.ownerSql<
    { position: number }[]
  >`SELECT position FROM telemetry.ingest_batch ORDER BY position`;
  return rows.map((row) => row.position);
}

test('rows older than ten minutes that every consumer has passed become hourly sums, and the total stays', async () => {
  const clock = createFakeClock(Date.now());
  const pipeline = await startPipeline(db.database);
  for (let i = 0; i < 5; i++) await pipeline.send('plants/ulm/a/l/m/s', String(i));
  const all = await positions();
  const before = await total();
  const fold = () => foldLedger({ database: db.database, clock, writer: 'test-writer' });

  expect(await fold()).toBe(0);
  clock.advance(11 * MINUTE_MS);
  await db.ownerSql`
    INSERT INTO telemetry.lease (name, holder, epoch, expires_at, position)
    VALUES ('alarms', 'x', 1, now(), ${all[1] ?? 0})`;
  expect(await fold()).toBe(2);
  expect(await positions()).toEqual(all.slice(2));
  expect(await total()).toEqual(before);

  await db.ownerSql`UPDATE telemetry.lease SET position = ${all[2] ?? 0}`;
  expect(await fold()).toBe(1);
  expect(await total()).toEqual(before);

  clock.advance(73 * 60 * MINUTE_MS);
  expect(await fold()).toBe(2);
  expect(await positions()).toEqual([]);
  expect(await total()).toEqual(before);
});

test("another writer's rows are left to it for a day", async () => {
  const clock = createFakeClock(Date.now());
  await db.ownerSql`DELETE FROM telemetry.lease`;
  const pipeline = await startPipeline(db.database, { writer: 'other' });
  await pipeline.send('plants/ulm/a/l/m/s', '7');
  const before = await total();
  clock.advance(60 * MINUTE_MS);
  expect(await foldLedger({ database: db.database, clock, writer: 'test-writer' })).toBe(0);
  clock.advance(24 * 60 * MINUTE_MS);
  expect(await foldLedger({ database: db.database, clock, writer: 'test-writer' })).toBe(1);
  expect(await total()).toEqual(before);
});

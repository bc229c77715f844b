import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createChunks } from './chunks.ts';
import { nativeChunks } from './native.ts';
import { timescaleChunks } from './timescale.ts';

const DAY_MS = 86_400_000;
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(async () => {
  await db.close();
});

function open(nowMs: number) {
  const clock = createFakeClock(nowMs);
  const engine = db.database.timescale ? timescaleChunks : nativeChunks;
  return { clock, chunks: createChunks({ database: db.database, clock, engine }) };
}

async function partitions(): Promise<string[]> {
  const rows = await db.ownerSql<{ name: string }[]>`
    SELECT c.relname AS name FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid
    WHERE inhparent = 'telemetry.reading'::regclass ORDER BY 1`;
  return rows.map((row) => row.name);
}

const insert = (at: string) =>
  db.ownerSql`INSERT INTO telemetry.reading (signal_id, at, value) VALUES (1, ${at}, 1)`;

test("today's chunk and those of the next two days are made ahead, once", async () => {
  const today = Date.UTC(2030, 0, 30);
  const { chunks } = open(today + 5 * 3_600_000);
  await chunks.createAhead();
  await chunks.createAhead();
  const listed = (await chunks.list()).filter((chunk) => chunk.tier === 'reading');
  expect(listed.map((chunk) => chunk.fromMs)).toEqual([today, today + DAY_MS, today + 2 * DAY_MS]);
  expect(listed[0]).toMatchObject({ toMs: today + DAY_MS, rolledUp: false, closed: false });
  if (!db.database.timescale) {
    expect(await partitions()).toEqual([
      'reading_20300130',
      'reading_20300131',
      'reading_20300201',
      'reading_stray',
    ]);
  }
});

test('the last write is noted to the hour', async () => {
  const day = Date.UTC(2019, 0, 1);
  const { chunks, clock } = open(Date.UTC(2030, 5, 1, 10, 20));
  const lastWrite = async () => (await chunks.list()).find((chunk) => chunk.fromMs === day)?.lastWriteMs;
  await chunks.ensure('reading', [day]);
  expect(await lastWrite()).toBe(Date.UTC(2030, 5, 1, 10));
  clock.advance(39 * 60_000);
  await chunks.ensure('reading', [day]);
  expect(await lastWrite()).toBe(Date.UTC(2030, 5, 1, 10));
  clock.advance(2 * 60_000);
  await chunks.ensure('reading', [day]);
  expect(await lastWrite()).toBe(Date.UTC(2030, 5, 1, 11));
});

test('two writers that need the same chunks at once both get them', async () => {
  const days = Array.from({ length: 12 }, (_, i) => Date.UTC(2015, 0, 1) + i * DAY_MS);
  const [one, two] = [open(0), open(0)];
  await Promise.all([one.chunks.ensure('reading', days), two.chunks.ensure('reading', [...days].reverse())]);
  const listed = (await one.chunks.list()).filter((chunk) => days.includes(chunk.fromMs));
  expect(listed).toHaveLength(12);
});

test('a chunk that is dropped takes its rows along and stays closed for every writer', async () => {
  const day = Date.UTC(2016, 1, 29);
  const [one, two] = [open(0), open(0)];
  await one.chunks.ensure('reading', [day]);
  await insert('2016-02-29T23:59:59Z');
  await two.chunks.drop('reading', day);
  const [left] = await db.ownerSql`
    SELECT count(*) FROM telemetry.reading WHERE at >= '2016-02-29T00:00:00Z' AND at < '2016-03-01T00:00:00Z'`;
  expect(left).toEqual({ count: 0 });
  expect([...(await open(0).chunks.ensure('reading', [day, day + DAY_MS]))]).toEqual([day]);
});

const onTimescale = process.env['SENTIA_TEST_TIMESCALE'] === 'on';

test.skipIf(onTimescale)(
  'rows that strayed are counted, and move into their chunk when it is made',
  async () => {
    const { chunks } = open(0);
    await insert('2014-05-05T12:00:00Z');
    await insert('2014-05-06T00:00:00Z');
    expect(await chunks.strays()).toBe(2);
    await chunks.ensure('reading', [Date.UTC(2014, 4, 5)]);
    expect(await chunks.strays()).toBe(1);
    const [moved] = await db.ownerSql`SELECT count(*) FROM telemetry.reading_20140505`;
    expect(moved).toEqual({ count: 1 });
  },
);

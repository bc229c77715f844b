import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFakeClock } from '../tests/support/fake-clock.ts';
import { startPipeline } from '../tests/support/start-pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { dropOldLetters } from './dead-letter-upkeep.ts';

const DAY_MS = 86_400_000;
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(async () => {
  await db.close();
});

test('the newest letters stay up to a number, bytes and an age; the oldest go and are counted', async () => {
  const clock = createFakeClock(Date.UTC(2026, 0, 1));
  const pipeline = await startPipeline(db.database);
  for (let i = 0; i < 10; i++) {
    await pipeline.send(`plants/bad-${i}`, '123', { receivedAtMs: clock.now() - (10 - i) * DAY_MS });
  }
  const left = async () => {
    const rows = await db.ownerSql<
      { topic: string }[]
    >`SELECT topic FROM telemetry.dead_letter ORDER BY dead_letter_id`;
    return rows.map((row) => Number(row.topic.split('-')[1]));
  };
  const drop = (maxLetters: number, maxBytes: number, maxDays: number) =>
    dropOldLetters({ database: db.database, clock }, { maxLetters, maxBytes, maxAgeMs: maxDays * DAY_MS });
  expect(await drop(100, 1000, 100)).toEqual({
    dropped: 0,
    totals: { letters: 10, bytes: 30, overflowed: 0, expired: 0 },
  });
  expect((await drop(8, 1000, 100)).dropped).toBe(2);
  expect(await left()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  expect((await drop(100, 19, 100)).dropped).toBe(2);
  expect(await left()).toEqual([4, 5, 6, 7, 8, 9]);
  expect(await drop(100, 1000, 5)).toEqual({
    dropped: 1,
    totals: { letters: 5, bytes: 15, overflowed: 4, expired: 1 },
  });
  expect(await left()).toEqual([5, 6, 7, 8, 9]);
});

import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { createLedgerWriter, type LedgerWriter } from '../../tests/support/ledger-writer.ts';
import { until } from '../../tests/support/live-server.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { createAskDatabase } from './ask-database.ts';
import { createLedgerReader, type LedgerReader } from './ledger-reader.ts';
import { readLedgerPage } from './read-ledger-page.ts';

let db: TestDatabase;
let writer: LedgerWriter;
let signalId: number;
const running: LedgerReader[] = [];

beforeAll(async () => {
  db = await createTestDatabase();
  writer = createLedgerWriter(db.database);
  signalId = await writer.createSignal({ site: 'ulm', machine: 'press', signal: 'temperature' });
});

afterEach(async () => {
  for (const reader of running.splice(0)) await reader.stop();
});

afterAll(() => db.close());

/** A reader from `begin` on that writes down what it is handed. */
function read(begin: number, options: { clock?: Clock; database?: Database } = {}) {
  const { clock = systemClock, database = db.database } = options;
  const positions: number[] = [];
  const loads: number[] = [];
  const skipped: number[] = [];
  const problems: string[] = [];
  const { ask } = createAskDatabase({ database, clock, onStateChange: () => undefined });
  const reader = createLedgerReader({
    ask,
    clock,
    onProblem: (what) => problems.push(what),
    onStateChange: () => undefined,
    consumer: {
      load: async () => {
        const page = await ask((sql) => readLedgerPage(sql, 0));
        loads.push(page.head);
        return loads.length === 1 ? { begin, head: begin } : { begin: page.head, head: page.head };
      },
      apply: (rows) => {
        positions.push(...rows.map((row) => row.position));
        return Promise.resolve('applied');
      },
      skipped: (position) => skipped.push(position),
      caughtUp: () => undefined,
    },
  });
  running.push(reader);
  reader.start();
  return { reader, positions, loads, skipped, problems };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
let at = Date.now() - 3_600_000;
const write = () => writer.write([{ signalId, at: (at += 1), value: 1 }]);

test('every position is handed over once and in order, whoever writes and however much', async () => {
  const begin = await write();
  const seen = read(begin);
  const writers = [1, 2, 3].map(async (n) => {
    for (let i = 0; i < 60; i++) {
      if (i % 20 === n) await writer.createSignal({ site: 'ulm', machine: `m${n}`, signal: `s${i}` });
      else await write();
    }
  });
  await Promise.all(writers);
  const last = await write();
  await until(() => (seen.positions.at(-1) ?? 0) >= last);
  expect(seen.positions).toEqual(range(begin + 1, last));
});

test('a reader that was away for long reads on in pages bounded by rows and bytes', async () => {
  const begin = await write();
  for (let i = 0; i < 300; i++) await write();
  const large = Array.from({ length: 60_000 }, () => ({
    signalId,
    at: (at += 1),
    value: randomBytes(6).readUIntBE(0, 6),
  }));
  const largeAt = await writer.write(large);
  await writer.write(large.slice(0, 1).map((reading) => ({ ...reading, at: (at += 1) })));
  const page = (after: number) =>
    db.database.transaction({ role: 'sentia_reader' }, (sql) => readLedgerPage(sql, after));

  expect((await page(begin)).rows.length).toBeLessThanOrEqual(256);
  // One batch larger than a page comes alone.
  expect((await page(largeAt - 1)).rows.map((row) => row.position)).toEqual([largeAt]);
  expect((await page(largeAt - 3)).rows.map((row) => row.position)).toEqual([largeAt - 2, largeAt - 1]);
  const seen = read(begin);
  await until(() => (seen.positions.at(-1) ?? 0) >= largeAt + 1);
  expect(seen.positions).toEqual(range(begin + 1, largeAt + 1));
});

test('a position that is missing for good is never skipped: the reader begins anew', async () => {
  const begin = await write();
  const seen = read(begin);
  await until(() => seen.loads.length === 1);
  await db.ownerSql.begin(async (sql) => {
    await sql`UPDATE telemetry.head SET position = position + 1`;
  });
  await write();
  await until(() => seen.loads.length === 2, 20_000);
  expect(seen.positions).toEqual([]);
  const next = await write();
  await until(() => seen.positions.length > 0);
  expect(seen.positions).toEqual([next]);
  expect(seen.problems).toContain('Positions are missing in the ledger');
});

test('a database that is behind what was read from it was replaced: the reader begins anew', async () => {
  const begin = await write();
  const seen = read(begin + 1000);
  await until(() => seen.loads.length === 2, 20_000);
  expect(seen.problems[0]).toBe('The database was replaced or restored');
  const next = await write();
  await until(() => seen.positions.includes(next));
});

test('a position of another server is reached, one beyond the database is told from it', async () => {
  const begin = await write();
  const seen = read(begin);
  await until(() => seen.loads.length === 1);
  const next = await write();
  expect(await seen.reader.reach(next, 5000)).toBe('reached');
  expect(await seen.reader.reach(next + 1, 5000)).toBe('beyond');
});

test('a bell that tells of positions which are not there does not make the reader hurry', async () => {
  const clock = createFakeClock();
  let transactions = 0;
  const counting: Database = {
    ...db.database,
    transaction: (asker, work) => {
      transactions += 1;
      return db.database.transaction(asker, work);
    },
  };
  const seen = read(await write(), { clock, database: counting });
  // The reader rests whenever only its pause waits on the clock.
  const rested = () => until(() => clock.pending() === 1);
  await until(() => seen.loads.length === 1);
  await rested();
  transactions = 0;
  seen.reader.wake(999_999_999_999);
  for (let ms = 0; ms < 2000; ms += 20) {
    await rested();
    clock.advance(20);
  }
  await rested();
  expect(transactions).toBeLessThan(20);
  const position = await write();
  seen.reader.wake(position);
  await until(() => seen.positions.includes(position));
  clock.advance(250);
});

import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { createFakeClock } from '../../tests/support/fake-clock.ts';
import { adminUrl } from '../../tests/support/template-database.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';
import { startUpkeep } from './upkeep.ts';
import { vacuum } from './vacuum.ts';

let db: TestDatabase | null = null;
afterEach(() => db?.close());

test('a ledger whose readings are dropped again and again keeps its size, and its statistics are known', async () => {
  db = await createTestDatabase();
  const { ownerSql } = db;
  const sizes: number[] = [];
  for (let round = 0; round < 5; round++) {
    await ownerSql`INSERT INTO telemetry.ingest_batch (position, batch_id, writer, lane, messages, received, stored, duplicate, conflict, dead_lettered, packed)
      SELECT ${round}::int * 500 + n, gen_random_uuid(), 'w', 'live', 1, 1, 1, 0, 0, 0, decode(repeat(md5(n::text), 100), 'hex') FROM generate_series(1, 500) n`;
    await ownerSql`UPDATE telemetry.ingest_batch SET packed = NULL`;
    await ownerSql`DELETE FROM telemetry.ingest_batch`;
    const tables = (await vacuum(ownerSql)).map(({ table }) => table);
    expect(tables).toContain('telemetry.ingest_batch');
    // TimescaleDB's hypertables are empty tables themselves.
    const tiers = [
      'telemetry.reading',
      'telemetry.reading_1d',
      'telemetry.reading_1h',
      'telemetry.reading_1m',
    ];
    expect(tables.filter((table) => /^telemetry\.reading(_(?!gap)|$)/.test(table))).toEqual(
      db.database.timescale ? tiers : [],
    );
    const [row] = await ownerSql<
      [{ size: number }]
    >`SELECT pg_total_relation_size('telemetry.ingest_batch') AS size`;
    sizes.push(row.size);
  }
  expect(Math.max(...sizes.slice(2))).toBeLessThanOrEqual(sizes[1] ?? 0);
  const [head] = await ownerSql<
    [{ rows: number }]
  >`SELECT reltuples AS rows FROM pg_class WHERE oid = 'telemetry.head'::regclass`;
  expect(head.rows).toBe(1);
});

test.runIf(adminUrl === null)('upkeep vacuums once a minute, and stops when it is told to', async () => {
  db = await createTestDatabase();
  const { connection, ownerSql } = db;
  if (connection.kind !== 'socket') throw new Error('the embedded database is on a socket');
  const clock = createFakeClock();
  const rowsKnown = async () => {
    const [head] = await ownerSql<
      [{ rows: number }]
    >`SELECT reltuples AS rows FROM pg_class WHERE oid = 'telemetry.head'::regclass`;
    return head.rows;
  };
  const upkeep = startUpkeep({ socketDir: connection.socketDir, clock, log: pino({ enabled: false }) });
  clock.advance(59_000);
  expect(await rowsKnown()).toBe(-1);
  clock.advance(1_000);
  await upkeep.stop();
  expect(await rowsKnown()).toBe(1);
});

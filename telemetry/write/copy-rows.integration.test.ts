import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeReadings } from './encode-readings.ts';
import { createTestDatabase, type TestDatabase } from '../../tests/support/test-database.ts';

const WRITER = { role: 'sentia_writer' } as const;
const AT_MICROS = Date.UTC(2025, 10, 20, 10) * 1000 + 123_456;

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const rows = (...ids: number[]) =>
  encodeReadings({
    ids,
    atMicros: ids.map((id) => AT_MICROS + id),
    values: ids.map((id) => (id % 2 === 0 ? id / 3 : null)),
    qualities: ids.map((id) => (id % 2 === 0 ? 0 : 2)),
  });

async function copy(encoded: Uint8Array): Promise<void> {
  await db.database.transaction(WRITER, async (sql) => {
    if (sql.copy === undefined) throw new Error('this database takes no COPY');
    await sql.copy('telemetry.reading', encoded);
  });
}

async function stored(): Promise<unknown[]> {
  const found = await db.ownerSql`
    SELECT signal_id, (extract(epoch FROM at) * 1000000)::bigint AS micros, value, quality
    FROM telemetry.reading ORDER BY signal_id`;
  return found.map((row) => Object.values(row));
}

const embedded = (process.env['SENTIA_TEST_DATABASE_URL'] ?? '') === '';

test.runIf(embedded)('the embedded database offers no COPY, which would hang it', async () => {
  const offered = await db.database.transaction(WRITER, async (sql) => {
    await sql`SELECT`;
    return sql.copy !== undefined;
  });
  expect(offered).toBe(false);
});

test.skipIf(embedded)(
  'copied rows are stored to the last bit, and one that stands fails the transaction',
  async () => {
    await copy(rows(1, 2, 4));
    const expected = [
      [1, AT_MICROS + 1, null, 2],
      [2, AT_MICROS + 2, 2 / 3, 0],
      [4, AT_MICROS + 4, 4 / 3, 0],
    ];
    expect(await stored()).toEqual(expected);
    await expect(copy(rows(6, 4))).rejects.toMatchObject({ code: '23505' });
    expect(await stored()).toEqual(expected);
    await expect(copy(Buffer.from('nonsense'))).rejects.toMatchObject({ code: '22P04' });
    // The same connection goes on.
    await copy(rows(8));
    expect(await stored()).toHaveLength(4);
  },
);

test.skipIf(embedded)('a large copy that fails in its middle leaves the connection well', async () => {
  const many = Array.from({ length: 60_000 }, (_, i) => 100_000 + 2 * i);
  await expect(copy(rows(...many, 100_000))).rejects.toMatchObject({ code: '23505' });
  await copy(rows(...many));
  expect(await stored()).toHaveLength(60_004);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminUrl } from '../tests/support/template-database.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const writer = { role: 'sentia_writer' } as const;

test('a transaction runs as the asked role with the asked organisations, and leaves neither behind', async () => {
  const [inside] = await db.database.transaction(
    { role: 'sentia_app', organisationIds: [3, 5] },
    (sql) => sql`SELECT current_user::text AS role, current_setting('app.org') AS organisations`,
  );
  expect(inside).toEqual({ role: 'sentia_app', organisations: '3,5' });
  const [after] =
    await db.ownerSql`SELECT current_user::text AS role, current_setting('app.org', true) AS organisations`;
  expect(after?.['role']).not.toMatch(/^sentia/);
  expect(after?.['organisations'] || null).toBeNull();
});

test('values go in and come out as the contract says', async () => {
  const at = new Date('2026-11-20T10:00:00.123Z');
  const texts = ['a', 'null', '', 'comma, "quote" \\ and {brace}', null];
  const [row] = await db.database.transaction(
    writer,
    (
      sql,
    ) => sql`SELECT ${9007199254740991}::bigint AS big, ${at}::timestamptz AS at, ${new Uint8Array([0, 255, 7])}::bytea AS bytes,
      ${texts}::text[] AS texts, ${[1, null, -3]}::int[] AS ints, ${[1.5, 1e-300, null]}::float8[] AS floats, ${[true, false, null]}::boolean[] AS flags,
      ${'{"a":[1,"x"]}'}::jsonb AS json, ${'"text"'}::jsonb AS json_text, ${true}::boolean AS flag, ${null}::text AS nothing, ${[]}::int[] AS none,
      ${0.1}::float8 AS tenth, ${['2026-11-20T10:00:00.000001Z']}::timestamptz[] AS times`,
  );
  expect(row).toEqual({
    big: 9007199254740991,
    at,
    bytes: Buffer.from([0, 255, 7]),
    texts,
    ints: [1, null, -3],
    floats: [1.5, 1e-300, null],
    flags: [true, false, null],
    json: { a: [1, 'x'] },
    json_text: 'text',
    flag: true,
    nothing: null,
    none: [],
    tenth: 0.1,
    times: [new Date('2026-11-20T10:00:00Z')],
  });
});

test('asking the database inside a transaction throws instead of waiting for itself', async () => {
  await expect(
    db.database.transaction(writer, () => db.database.transaction(writer, (sql) => sql`SELECT 1`)),
  ).rejects.toThrow('asked inside a transaction');
});

test('work that a transaction started may ask once the transaction is over', async () => {
  let later: Promise<unknown> = Promise.resolve();
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  await db.database.transaction(writer, async (sql) => {
    await sql`SELECT 1`;
    later = gate.then(() => db.database.transaction(writer, (again) => again`SELECT 2 AS n`));
  });
  go();
  expect(await later).toEqual([{ n: 2 }]);
});

test('a handle that outlives its transaction refuses to be used', async () => {
  const sql = await db.database.transaction(writer, (handle) => Promise.resolve(handle));
  await expect(sql`SELECT 1`).rejects.toThrow('this transaction has ended');
});

test('a failed transaction leaves nothing behind and says which statement failed', async () => {
  const work = db.database.transaction(writer, async (sql) => {
    await sql`INSERT INTO public.organisation (slug, name) VALUES ('lost', 'Lost')`;
    await sql`SELECT 1 / ${0}::int`;
  });
  await expect(work).rejects.toThrow('division by zero');
  expect(await db.ownerSql`SELECT FROM public.organisation WHERE slug = 'lost'`).toHaveLength(0);
});

test('a transaction whose work hides a failed statement is not reported as done', async () => {
  const work = db.database.transaction(writer, async (sql) => {
    await sql`INSERT INTO public.organisation (slug, name) VALUES ('hidden', 'Hidden')`;
    await sql`SELECT 1 / ${0}::int`.catch(() => undefined);
    return 'done';
  });
  await expect(work).rejects.toThrow('division by zero');
  expect(await db.ownerSql`SELECT FROM public.organisation WHERE slug = 'hidden'`).toHaveLength(0);
});

test('an error that the work throws itself rolls back and passes through', async () => {
  const work = db.database.transaction(writer, async (sql) => {
    await sql`INSERT INTO public.organisation (slug, name) VALUES ('thrown', 'Thrown')`;
    throw new RangeError('mine');
  });
  await expect(work).rejects.toThrow(RangeError);
  expect(await db.ownerSql`SELECT FROM public.organisation WHERE slug = 'thrown'`).toHaveLength(0);
});

test.skipIf(adminUrl === null)(
  'a connection that the server ends fails the transaction on it, and the next one opens another',
  async () => {
    const work = db.database.transaction(writer, async (sql) => {
      const [own] = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`;
      await db.ownerSql`SELECT pg_terminate_backend(${own?.pid ?? 0})`;
      await sql`SELECT 1`;
    });
    await expect(work).rejects.toThrow();
    expect(await db.database.transaction(writer, (sql) => sql`SELECT 1 AS n`)).toEqual([{ n: 1 }]);
  },
);

test('transactions asked for at once all finish', async () => {
  const sums = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      db.database.transaction(writer, async (sql) => {
        const [row] = await sql<{ n: number }>`SELECT ${i}::int + 1 AS n`;
        return row?.n;
      }),
    ),
  );
  expect(sums).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Asker, Sql } from '../contracts/database.ts';
import { addMachine, type AddedMachine } from '../tests/support/add-equipment.ts';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';

let db: TestDatabase;
let mine: AddedMachine;
let theirs: AddedMachine;

const AT = '2026-11-20T10:00:00Z';
/** A value, and a text, that only the other organisation has. */
const MARK = { number: 424242.5, text: 'SECRET-OF-THEIRS' };

beforeAll(async () => {
  db = await createTestDatabase();
  mine = await addMachine(db.ownerSql, { organisation: 'mine', path: 'here/a/l/m', signals: ['x'] });
  theirs = await addMachine(db.ownerSql, { organisation: 'theirs', path: 'there/a/l/m', signals: ['x'] });
  for (const [machine, number, text] of [
    [mine, 1, 'mine'],
    [theirs, MARK.number, MARK.text],
  ] as const) {
    const signal = machine.signalIds[0] ?? 0;
    await as({ role: 'sentia_writer' }, async (sql) => {
      await sql`INSERT INTO telemetry.reading (signal_id, at, value) VALUES (${signal}, ${AT}, ${number})`;
      await sql`INSERT INTO telemetry.event (signal_id, at, text) VALUES (${signal}, ${AT}, ${text})`;
      await sql`INSERT INTO telemetry.dead_letter (organisation_id, feed, writer, topic, reason, detail, received_at, size, payload)
        VALUES (${machine.organisationId}, 'f', 'w', ${text}, 'bad_value', '', now(), 1, '\\x00')`;
      await sql`INSERT INTO public.production_order (organisation_id, line_id, slug, product, quantity, planned_from, planned_to, ideal_cycle_s, received_at)
        VALUES (${machine.organisationId}, ${machine.lineId}, 'o', 'p', 1, now(), now() + interval '1 hour', 1, now())`;
      await sql`INSERT INTO public.change (position, organisation_id, site_id, kind, payload)
        VALUES (telemetry.next_position(), ${machine.organisationId}, ${machine.siteId}, 'equipment', '{}')`;
    });
  }
});
afterAll(() => db.close());

const as = <T>(asker: Asker, work: (sql: Sql) => Promise<T>): Promise<T> =>
  db.database.transaction(asker, work);
const app = (...organisationIds: number[]): Asker => ({ role: 'sentia_app', organisationIds });

async function publicTables(): Promise<string[]> {
  const rows = await db.ownerSql<{ name: string }[]>`
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations' ORDER BY 1`;
  return rows.map((row) => row.name);
}

/** The organisations whose rows `asker` sees in each table of schema public. */
async function seen(asker: Asker): Promise<Record<string, number[]>> {
  const result: Record<string, number[]> = {};
  for (const table of await publicTables()) {
    const [row] = await as(
      asker,
      (sql) => sql<{ ids: number[] }>`
      SELECT coalesce((xpath('//ids/text()', query_to_xml(format(
        'SELECT array_to_string(array_agg(DISTINCT organisation_id ORDER BY organisation_id), '','') AS ids FROM public.%I', ${table}::text),
        false, true, '')))[1]::text, '') AS ids`,
    );
    result[table] = String(row?.ids).split(',').filter(Boolean).map(Number);
  }
  return result;
}

const inEveryTable = async (ids: number[]) =>
  Object.fromEntries((await publicTables()).map((table) => [table, ids]));

test('every table of schema public names its organisation and enforces row-level security, on its owner too', async () => {
  const tables = await db.ownerSql`
    SELECT c.relname AS name, c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced,
      EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'organisation_id' AND a.attnotnull) AS has_organisation,
      EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND 'sentia_app'::regrole = ANY (p.polroles)) AS has_policy
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> '_prisma_migrations'`;
  expect(tables.length).toBeGreaterThan(0);
  for (const table of tables) {
    expect(table).toMatchObject({ enabled: true, forced: true, has_organisation: true, has_policy: true });
  }
});

test('no role of ours can log in, or passes row-level security', async () => {
  const roles =
    await db.ownerSql`SELECT rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles WHERE rolname LIKE 'sentia\\_%' AND rolname NOT LIKE 'sentia\\_test%' ORDER BY 1`;
  expect(roles.map((role) => role['rolname'] as string)).toEqual([
    'sentia_app',
    'sentia_definer',
    'sentia_reader',
    'sentia_writer',
  ]);
  for (const role of roles)
    expect(role).toMatchObject({
      rolsuper: false,
      rolbypassrls: false,
      rolcanlogin: false,
      rolcreaterole: false,
    });
});

test('who asks for no organisation sees nothing', async () => {
  expect(await seen(app())).toEqual(await inEveryTable([]));
});

test('who asks for one organisation sees it alone, who asks for two sees both', async () => {
  expect(await seen(app(mine.organisationId))).toEqual(await inEveryTable([mine.organisationId]));
  const both = [mine.organisationId, theirs.organisationId];
  expect(await seen(app(...both))).toEqual(await inEveryTable(both));
});

test('the reader and the writer see every organisation', async () => {
  const both = await inEveryTable([mine.organisationId, theirs.organisationId]);
  expect(await seen({ role: 'sentia_reader' })).toEqual(both);
  expect(await seen({ role: 'sentia_writer' })).toEqual(both);
});

test('who asks for people may append a change to their organisation and to no other', async () => {
  const append = (organisationId: number) =>
    as(
      app(mine.organisationId),
      (sql) => sql`INSERT INTO public.change (position, organisation_id, kind, payload)
      VALUES (telemetry.next_position(), ${organisationId}, 'equipment', '{}') RETURNING position`,
    );
  const [first, second] = [await append(mine.organisationId), await append(mine.organisationId)];
  expect(Number(second[0]?.['position']) - Number(first[0]?.['position'])).toBe(1);
  await expect(append(theirs.organisationId)).rejects.toThrow(/row-level security/);
});

test('who asks for people may neither read a table of telemetry nor change equipment', async () => {
  const tables = await db.ownerSql<{ name: string; may: boolean }[]>`
    SELECT oid::regclass::text AS name, has_table_privilege('sentia_app', oid, 'SELECT, INSERT, UPDATE, DELETE') AS may
    FROM pg_class WHERE relnamespace = 'telemetry'::regnamespace AND relkind IN ('r', 'p', 'v')`;
  expect(tables.length).toBeGreaterThan(5);
  expect(tables.filter((table) => table.may)).toEqual([]);
  await expect(as(app(mine.organisationId), (sql) => sql`SELECT FROM telemetry.reading`)).rejects.toThrow(
    'permission denied',
  );
  await expect(as(app(mine.organisationId), (sql) => sql`UPDATE public.site SET name = 'x'`)).rejects.toThrow(
    'permission denied',
  );
});

test('the reader changes nothing', async () => {
  await expect(
    as({ role: 'sentia_reader' }, (sql) => sql`UPDATE public.site SET name = 'x'`),
  ).rejects.toThrow('permission denied');
  await expect(
    as({ role: 'sentia_reader' }, (sql) => sql`UPDATE telemetry.head SET position = 0`),
  ).rejects.toThrow('permission denied');
});

test('every guarded function belongs to sentia_definer, pins its search path, and is not for everybody', async () => {
  const functions = await db.ownerSql`
    SELECT p.oid::regprocedure::text AS name, p.proowner::regrole::text AS owner,
      EXISTS (SELECT FROM unnest(p.proconfig) AS setting WHERE setting LIKE 'search_path=pg_catalog%') AS pinned,
      EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS acl WHERE acl.grantee = 0) AS for_everybody
    FROM pg_proc p WHERE p.pronamespace IN ('telemetry'::regnamespace, 'public'::regnamespace) AND p.prosecdef`;
  expect(functions.length).toBeGreaterThan(3);
  for (const each of functions) {
    expect(each).toMatchObject({ owner: 'sentia_definer', pinned: true, for_everybody: false });
  }
});

/** Calls everything that people's requests may call, asking for one signal of `of`. @returns the answers as text, by function. */
async function callAll(asker: Asker, of: AddedMachine): Promise<Map<string, string>> {
  const functions = await db.ownerSql<{ name: string; args: string[]; types: string[] }[]>`
    SELECT p.oid::regproc::text AS name, coalesce(p.proargnames[1:p.pronargs], '{}') AS args,
      ARRAY(SELECT t::regtype::text FROM unnest(p.proargtypes) AS t) AS types
    FROM pg_proc p
    WHERE p.pronamespace = 'telemetry'::regnamespace AND p.prosecdef AND has_function_privilege('sentia_app', p.oid, 'EXECUTE')
      AND p.proname NOT IN ('next_position', 'acquire_lease', 'renew_lease', 'release_lease', 'lease_stands')`;
  const answers = new Map<string, string>();
  for (const { name, args, types } of functions) {
    const values = args.map((arg, i) => argumentFor(arg, types[i] ?? '', of)).join(', ');
    const call = `SELECT json_agg(to_json(answer))::text AS answer FROM ${name}(${values}) AS answer`;
    const [row] = await as(
      asker,
      (sql) => sql<{ answer: string | null }>`
      SELECT (xpath('//answer/text()', query_to_xml(${call}::text, false, true, '')))[1]::text AS answer`,
    );
    answers.set(name, row?.answer ?? '');
  }
  return answers;
}

function argumentFor(name: string, type: string, machine: AddedMachine): string {
  if (name === 'asked_signal') return String(machine.signalIds[0]);
  if (type === 'integer') return '1000';
  if (name === 'asked' && type === 'bigint[]') return 'ARRAY(SELECT generate_series(1, 100))::bigint[]';
  if (name === 'asked') return '2::bigint';
  if (type !== 'bigint') return `NULL::${type}`;
  const late = /(^|_)(to|before|below|id)(_|$)/.test(name);
  return `${Date.parse(AT) * 1000 + (late ? 1 : -1) * 3_600_000_000}::bigint`;
}

test('a guarded function tells people about their own signal and nothing of another organisation’s', async () => {
  const marked = (answer: string) => answer.includes(MARK.text) || answer.includes(String(MARK.number));
  const own = await callAll(app(theirs.organisationId), theirs);
  // The arguments are good ones: the owner is told.
  expect([...own.values()].filter(marked).length).toBeGreaterThanOrEqual(3);
  for (const asker of [app(mine.organisationId), app()]) {
    const answers = await callAll(asker, theirs);
    expect([...answers].filter(([, answer]) => marked(answer))).toEqual([]);
  }
});

test('the writer makes and drops chunks', async () => {
  const day = new Date('2026-11-24T00:00:00Z');
  const next = new Date('2026-11-25T00:00:00Z');
  const signal = mine.signalIds[0] ?? 0;
  const chunks = () =>
    as(
      { role: 'sentia_writer' },
      (sql) => sql`SELECT FROM telemetry.chunk_table WHERE hypertable = 'telemetry.reading'`,
    );
  const before = (await chunks()).length;
  await as({ role: 'sentia_writer' }, async (sql) => {
    if (!db.database.timescale)
      await sql`SELECT telemetry.create_partition('reading', ${day}::timestamptz, ${next}::timestamptz)`;
    await sql`INSERT INTO telemetry.reading (signal_id, at, value) VALUES (${signal}, ${day}, 1)`;
  });
  expect((await chunks()).length).toBe(before + 1);
  await as({ role: 'sentia_writer' }, async (sql) => {
    if (db.database.timescale)
      await sql`SELECT telemetry.drop_timescale_chunks('reading', ${day}::timestamptz, ${next}::timestamptz)`;
    else await sql`SELECT telemetry.drop_partition('reading', ${day}::timestamptz)`;
  });
  expect((await chunks()).length).toBe(before);
});

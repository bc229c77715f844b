import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { adminUrl, openAdmin, urlOfDatabase } from '../tests/support/template-database.ts';
import { createTestPlace, openOwnerSql } from '../tests/support/test-database.ts';
import { describeTarget, type DatabaseTarget } from './database-target.ts';
import { migrate } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { readMigrations } from './read-migrations.ts';

const log = { info: () => undefined };
const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function emptyDatabase(): Promise<DatabaseTarget> {
  const place = await createTestPlace({ migrated: false });
  cleanUps.push(() => place.close());
  return place.connection;
}

function ownerOf(target: DatabaseTarget) {
  const sql = openOwnerSql(target);
  cleanUps.push(() => sql.end({ timeout: 1 }));
  return sql;
}

const step = (name: string, sql: string) => ({ name, sql, checksum: `checksum of ${name}` });

test('an empty database gets every migration once, and a second run applies none', async () => {
  const target = await emptyDatabase();
  const names = (await readMigrations()).map((migration) => migration.name);
  expect(await migrate(target, log)).toEqual({ applied: names });
  expect(await migrate(target, log)).toEqual({ applied: [] });
  const rows = await ownerOf(target)`
    SELECT migration_name, finished_at IS NOT NULL AS finished, applied_steps_count, length(checksum) AS digits
    FROM public._prisma_migrations ORDER BY migration_name`;
  expect([...rows]).toEqual(
    names.map((name) => ({ migration_name: name, finished: true, applied_steps_count: 1, digits: 64 })),
  );
});

test('two processes that migrate at once apply each migration once and both succeed', async () => {
  const target = await emptyDatabase();
  const run = () =>
    promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      'tests/support/migrate-child.ts',
      JSON.stringify(target),
    ]);
  const outputs = await Promise.all([run(), run()]);
  const applied = outputs.flatMap(({ stdout }) => JSON.parse(stdout) as string[]);
  expect(applied.sort()).toEqual((await readMigrations()).map((migration) => migration.name));
});

test('a migration that fails leaves nothing behind and names itself', async () => {
  const target = await emptyDatabase();
  const broken = [
    step('1_good', 'CREATE TABLE good (a int)'),
    step('2_bad', 'CREATE TABLE half (a int); SELECT 1/0'),
  ];
  await expect(migrate(target, log, broken)).rejects.toThrow(
    'Migration 2_bad failed and left nothing behind: division by zero (SQLSTATE 22012).',
  );
  const sql = ownerOf(target);
  expect([
    ...(await sql`SELECT to_regclass('good')::text AS good, to_regclass('half')::text AS half`),
  ]).toEqual([{ good: 'good', half: null }]);
  expect(await migrate(target, log, [broken[0]!, step('2_bad', 'CREATE TABLE half (a int)')])).toEqual({
    applied: ['2_bad'],
  });
});

test('a database with a migration that the code does not know is refused untouched', async () => {
  const target = await emptyDatabase();
  await migrate(target, log, [
    step('1', 'CREATE TABLE one (a int)'),
    step('2_newer', 'CREATE TABLE two (a int)'),
  ]);
  const older = [step('1', 'CREATE TABLE one (a int)'), step('3', 'CREATE TABLE three (a int)')];
  await expect(migrate(target, log, older)).rejects.toThrow(
    /^The database is newer than this version of Sentia: it has the migration 2_newer/,
  );
  expect([...(await ownerOf(target)`SELECT to_regclass('three')::text AS three`)]).toEqual([{ three: null }]);
});

test('a migration that was changed after it was applied is refused', async () => {
  const target = await emptyDatabase();
  await migrate(target, log, [step('1', 'SELECT 1')]);
  const changed = [{ ...step('1', 'SELECT 2'), checksum: 'another' }];
  await expect(migrate(target, log, changed)).rejects.toThrow(
    /^The migration 1 was changed after it had been applied/,
  );
});

test('a migration that Prisma began and did not finish is refused until it is resolved', async () => {
  const target = await emptyDatabase();
  await migrate(target, log, []);
  const sql = ownerOf(target);
  await sql`INSERT INTO public._prisma_migrations (id, checksum, migration_name) VALUES ('x', 'checksum of 1', '1')`;
  const steps = [step('1', 'CREATE TABLE one (a int)')];
  await expect(migrate(target, log, steps)).rejects.toThrow(
    /^The migration 1 was begun by Prisma and did not finish/,
  );
  await sql`UPDATE public._prisma_migrations SET rolled_back_at = now()`;
  expect(await migrate(target, log, steps)).toEqual({ applied: ['1'] });
});

test('a port on which nothing listens is told in one line', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  await expect(
    migrate({ kind: 'url', url: `postgres://u:secret@127.0.0.1:${port}/plant` }, log),
  ).rejects.toThrow(
    `No PostgreSQL answers at 127.0.0.1:${port} (ECONNREFUSED). Start it, or correct host and port in DATABASE_URL.`,
  );
});

test.skipIf(adminUrl === null)('a database that is not there is told in one line', async () => {
  const target: DatabaseTarget = { kind: 'url', url: urlOfDatabase(adminUrl ?? '', 'not there') };
  await expect(migrate(target, log)).rejects.toThrow(
    `There is no database "not there" at ${describeTarget(target).place}. Create it with CREATE DATABASE "not there", or correct DATABASE_URL.`,
  );
});

test.skipIf(adminUrl === null)(
  'a login that is no superuser but owns the database and has CREATEROLE can migrate and serve every role',
  async () => {
    const url = adminUrl ?? '';
    const admin = openAdmin(url);
    cleanUps.push(() => admin.end());
    const [name, empty] = ['sentia_test_login', 'sentia_test_login_database'];
    const drop = async () => {
      await admin.unsafe(`DROP DATABASE IF EXISTS ${empty} WITH (FORCE)`);
      await admin.unsafe(`DROP ROLE IF EXISTS ${name}`);
    };
    await drop();
    cleanUps.push(drop);
    await admin.unsafe(`CREATE ROLE ${name} LOGIN CREATEROLE PASSWORD 'x'`);
    await admin.unsafe(`CREATE DATABASE ${empty} OWNER ${name}`);
    const login = new URL(urlOfDatabase(url, empty));
    login.username = name;
    login.password = 'x';
    const target: DatabaseTarget = { kind: 'url', url: login.toString() };

    await expect(migrate(target, log)).rejects.toThrow(/CREATE EXTENSION vector/);
    const owner = openAdmin(urlOfDatabase(url, empty));
    cleanUps.push(() => owner.end());
    await owner.unsafe('CREATE EXTENSION vector');
    // Before PostgreSQL 16 CREATEROLE is enough to act as any role.
    const [server] = await owner<
      [{ version: number }]
    >`SELECT current_setting('server_version_num')::int AS version`;
    if (server.version >= 160_000) {
      await expect(migrate(target, log)).rejects.toThrow("may not act as Sentia's roles");
    }
    await admin.unsafe(
      `GRANT sentia_app, sentia_reader, sentia_writer, sentia_definer TO ${name} WITH ADMIN OPTION`,
    );
    expect((await migrate(target, log)).applied.length).toBeGreaterThan(0);
    const database = await openDatabase({ target, name: 'test' });
    cleanUps.push(() => database.close());
    for (const asker of [
      { role: 'sentia_app', organisationIds: [] },
      { role: 'sentia_reader' },
      { role: 'sentia_writer' },
    ] as const) {
      expect(await database.transaction(asker, (sql) => sql`SELECT current_user::text AS role`)).toEqual([
        { role: asker.role },
      ]);
    }
  },
);

import postgres from 'postgres';
import { clientOptions, describeTarget, type DatabaseTarget } from '../../prisma/database-target.ts';
import { explainDatabaseError, missingVector } from '../../prisma/explain-database-error.ts';
import { readMigrations } from '../../prisma/read-migrations.ts';
import { broken, ok, warning, type Finding } from './finding.ts';

const LEAST_VERSION = 150_000;
const CLOCKS_APART_MS = 5_000;

/** Asks the database what Sentia needs of it: its version, extensions, migrations, and whether its clock agrees. */
export async function checkDatabase(target: DatabaseTarget): Promise<Finding[]> {
  const options = { ...clientOptions(target, 'doctor'), max: 1 };
  const sql = target.kind === 'url' ? postgres(target.url, options) : postgres(options);
  try {
    return await ask(sql, target);
  } catch (error) {
    const { message } = explainDatabaseError(error, target);
    return [broken('database', `${describeTarget(target).place} cannot be used`, message)];
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function ask(sql: postgres.Sql, target: DatabaseTarget): Promise<Finding[]> {
  const { place } = describeTarget(target);
  const [server] = await sql<
    { number: number; version: string; now: Date; extensions: string[]; migrated: boolean }[]
  >`
    SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
           clock_timestamp() AS now, (SELECT coalesce(array_agg(name::text), '{}') FROM pg_available_extensions) AS extensions,
           to_regclass('public._prisma_migrations') IS NOT NULL AS migrated`;
  const nowMs = Date.now();
  if (server === undefined) return [broken('database', `${place} answers nothing`, 'Look into its log.')];
  const installed = await sql<
    { extname: string; extversion: string }[]
  >`SELECT extname, extversion FROM pg_extension`;
  const version = (name: string) =>
    installed.find((extension) => extension.extname === name)?.extversion ?? null;

  const findings: Finding[] = [];
  findings.push(
    server.number < LEAST_VERSION
      ? broken('database', `${place} is PostgreSQL ${server.version}`, 'Sentia needs PostgreSQL 15 or newer.')
      : ok('database', `${place}, PostgreSQL ${server.version}`),
  );
  const vector = version('vector');
  if (vector !== null) findings.push(ok('pgvector', vector));
  else if (server.extensions.includes('vector'))
    findings.push(ok('pgvector', 'available; the migrations install it'));
  else findings.push(broken('pgvector', `missing at ${place}`, missingVector(place)));

  const timescale = version('timescaledb');
  findings.push(ok('hypertables', timescale === null ? 'native partitions' : `TimescaleDB ${timescale}`));
  findings.push(await migrations(sql, server.migrated));
  const apartMs = Math.abs(server.now.getTime() - nowMs);
  if (apartMs > CLOCKS_APART_MS) {
    const seconds = Math.round(apartMs / 1000);
    findings.push(warning('clocks', `this machine and ${place} are ${seconds} s apart`, 'Let NTP set both.'));
  }
  return findings;
}

async function migrations(sql: postgres.Sql, migrated: boolean): Promise<Finding> {
  const known = (await readMigrations()).map((migration) => migration.name);
  const rows = migrated
    ? await sql<{ name: string }[]>`SELECT migration_name AS name FROM public._prisma_migrations
        WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
    : [];
  const applied = new Set(rows.map((row) => row.name));
  const newer = rows.filter((row) => !known.includes(row.name));
  if (newer.length > 0) {
    return broken(
      'migrations',
      `the database is newer than this Sentia (${newer[0]?.name})`,
      'Start the newer version of Sentia.',
    );
  }
  const missing = known.filter((name) => !applied.has(name));
  if (missing.length === 0) return ok('migrations', `all ${known.length} applied`);
  return warning(
    'migrations',
    `${missing.length} of ${known.length} to be applied`,
    '`npm start` or `npx sentia migrate` applies them.',
  );
}

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import postgres from 'postgres';
import { clientOptions, type DatabaseTarget } from '../../prisma/database-target.ts';
import { migrate } from '../../prisma/migrate.ts';
import { packageRoot } from '../../prisma/package-root.ts';
import { readMigrations } from '../../prisma/read-migrations.ts';
import { serveEmbedded } from './serve-embedded.ts';

/** The real PostgreSQL to test against: an admin's URL, or null for the embedded database. */
export const adminUrl = process.env['SENTIA_TEST_DATABASE_URL'] || null;
const withTimescale = process.env['SENTIA_TEST_TIMESCALE'] === 'on';

const quiet = { info: () => undefined };

/** What a template is made of: it is built anew when any of it changes. */
async function templateKey(migrated: boolean): Promise<string> {
  const hash = createHash('sha256').update(withTimescale && adminUrl ? 'timescale' : 'native');
  for (const migration of migrated ? await readMigrations() : [])
    hash.update(`${migration.name} ${migration.checksum}\n`);
  const pglite = await readFile(
    join(packageRoot(), 'node_modules/@electric-sql/pglite/package.json'),
    'utf8',
  );
  return hash.update(pglite).digest('hex').slice(0, 16);
}

/** @returns the dumped data directory of one embedded database, built when there is none yet. */
export async function embeddedTemplate(migrated: boolean): Promise<Blob> {
  const file = join(packageRoot(), '.cache', `database-${await templateKey(migrated)}.tar`);
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await mkdir(join(packageRoot(), '.cache'), { recursive: true });
    const pglite = await PGlite.create({ extensions: { vector } });
    if (migrated) {
      const served = await serveEmbedded(pglite);
      await migrate(served.target, quiet);
      await served.stop();
    }
    const dump = await pglite.dumpDataDir('none');
    await pglite.close();
    const unfinished = `${file}.${process.pid}`;
    await writeFile(unfinished, Buffer.from(await dump.arrayBuffer()));
    await rename(unfinished, file);
  }
  return new Blob([await readFile(file)]);
}

/** @returns a handle on the server's own database, for making and dropping test databases. */
export function openAdmin(url: string): postgres.Sql {
  return postgres(url, { ...clientOptions({ kind: 'url', url }, 'test admin'), max: 1 });
}

/** @returns `url` with another database's name. */
export function urlOfDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}

/**
 * @returns the name of a migrated database that nobody may connect to (so that TimescaleDB's workers keep away and it
 * can be copied at any time), built when there is none yet.
 */
export async function postgresTemplate(url: string): Promise<string> {
  const name = `sentia_template_${await templateKey(true)}`;
  const admin = openAdmin(url);
  try {
    const [found] = await admin`SELECT FROM pg_database WHERE datname = ${name}`;
    if (found) return name;
    const building = `sentia_building_${process.pid}_${Date.now()}`;
    await admin.unsafe(`CREATE DATABASE ${building}`);
    const target: DatabaseTarget = { kind: 'url', url: urlOfDatabase(url, building) };
    if (withTimescale) await runOnce(target, 'CREATE EXTENSION timescaledb');
    await migrate(target, quiet);
    await admin.unsafe(`ALTER DATABASE ${building} ALLOW_CONNECTIONS false`);
    await admin`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${building}`;
    await renameOrDrop(admin, building, name);
    return name;
  } finally {
    await admin.end();
  }
}

async function runOnce(target: DatabaseTarget & { kind: 'url' }, statement: string): Promise<void> {
  const owner = openAdmin(target.url);
  await owner.unsafe(statement);
  await owner.end();
}

/** Another test process may have finished the same template first; then ours is dropped. */
async function renameOrDrop(admin: postgres.Sql, building: string, name: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await admin.unsafe(`ALTER DATABASE ${building} RENAME TO ${name}`);
      return;
    } catch (error) {
      const code = error instanceof postgres.PostgresError ? error.code : null;
      if (code === '42P04') {
        await admin.unsafe(`DROP DATABASE ${building} WITH (FORCE)`);
        return;
      }
      // A terminated backend takes a moment to leave.
      if (code !== '55006' || attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

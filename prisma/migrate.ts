import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import type { Sql } from '../contracts/database.ts';
import { DatabaseProblem } from './database-problem.ts';
import { describeTarget, type DatabaseTarget } from './database-target.ts';
import { explainDatabaseError, missingVector } from './explain-database-error.ts';
import { openLane, type Lane } from './lane.ts';
import { tooOld } from './open-database.ts';
import { readMigrations, type Migration } from './read-migrations.ts';

/**
 * Applies `prisma/migrations` in Prisma's folder format and bookkeeping, without Prisma's engines.
 * It must never apply a migration twice, in part, or to a database that it does not understand.
 */
export interface MigrateLog {
  info(fields: object, message: string): void;
}

/** As Prisma lays it out, so that `prisma migrate deploy` finds its own table. */
const BOOKKEEPING = `CREATE TABLE IF NOT EXISTS public._prisma_migrations (
  id varchar(36) PRIMARY KEY NOT NULL,
  checksum varchar(64) NOT NULL,
  finished_at timestamptz,
  migration_name varchar(255) NOT NULL,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(),
  applied_steps_count integer NOT NULL DEFAULT 0
)`;

/** Several processes, or several databases of one cluster, at the same catalogue rows: the loser tries again. */
const ATTEMPTS = 8;
const COLLISIONS = new Set(['23505', '42P07', '40001', '40P01', 'XX000', '55006']);

/**
 * Safe to run twice and at once from several processes: each migration is one transaction that holds the lock on
 * `_prisma_migrations`.
 * @throws DatabaseProblem, one line for people.
 */
export async function migrate(
  target: DatabaseTarget,
  log: MigrateLog,
  migrations?: readonly Migration[],
): Promise<{ applied: string[] }> {
  const known = migrations ?? (await readMigrations());
  const lane = await openLane(target, 'migrate', null).catch((error: unknown) => {
    throw explainDatabaseError(error, target);
  });
  try {
    if (lane.server.versionNumber < 150_000) throw tooOld(target, lane.server.versionNumber);
    await requireVector(lane, target);
    await retryCollisions(() => lane.transaction('BEGIN', (_sql, script) => script(BOOKKEEPING)));
    const applied: string[] = [];
    for (;;) {
      const name = await retryCollisions(() => applyNext(lane, known));
      if (name === null) return { applied };
      applied.push(name);
      log.info({ migration: name }, 'migration applied');
    }
  } catch (error) {
    throw explainDatabaseError(error, target);
  } finally {
    await lane.close();
  }
}

/** Applies the first migration that is missing. @returns its name, or null when none is. */
async function applyNext(lane: Lane, known: readonly Migration[]): Promise<string | null> {
  let running: string | null = null;
  try {
    return await lane.transaction('BEGIN', async (sql, script) => {
      await script('LOCK TABLE public._prisma_migrations IN SHARE ROW EXCLUSIVE MODE');
      const next = await firstMissing(sql, known);
      if (next === null) return null;
      running = next.name;
      await script(next.sql);
      await sql`INSERT INTO public._prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
        VALUES (${randomUUID()}, ${next.checksum}, clock_timestamp(), ${next.name}, now(), 1)`;
      return next.name;
    });
  } catch (error) {
    if (running !== null && error instanceof postgres.PostgresError && !EXPLAINED.has(error.code)) {
      if (COLLISIONS.has(error.code)) throw error;
      throw new DatabaseProblem(
        `Migration ${String(running)} failed and left nothing behind: ${error.message} (SQLSTATE ${error.code}).`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** Codes for which explainDatabaseError says what to do. */
const EXPLAINED = new Set(['42501', '25006', '57P03', '53300']);

async function firstMissing(sql: Sql, known: readonly Migration[]): Promise<Migration | null> {
  const rows = await sql<{ migration_name: string; checksum: string; finished_at: Date | null }>`
    SELECT migration_name, checksum, finished_at FROM public._prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`;
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  const stored = new Set<string>();
  for (const row of rows) {
    const migration = byName.get(row.migration_name);
    if (!migration) {
      throw new DatabaseProblem(
        `The database is newer than this version of Sentia: it has the migration ${row.migration_name}, which this version does not know. Start the newer version of Sentia.`,
      );
    }
    if (row.finished_at === null) {
      throw new DatabaseProblem(
        `The migration ${row.migration_name} was begun by Prisma and did not finish. Resolve it with "prisma migrate resolve", then start again.`,
      );
    }
    if (row.checksum !== migration.checksum) {
      throw new DatabaseProblem(
        `The migration ${row.migration_name} was changed after it had been applied to this database. Restore the file prisma/migrations/${row.migration_name}/migration.sql, or start with a new database.`,
      );
    }
    stored.add(row.migration_name);
  }
  return known.find((migration) => !stored.has(migration.name)) ?? null;
}

async function requireVector(lane: Lane, target: DatabaseTarget): Promise<void> {
  const [vector] = await lane.transaction(
    'BEGIN',
    (sql) => sql<{ installed: boolean; installable: boolean }>`
      SELECT bool_or(v.installed) AS installed, bool_or(v.trusted AND has_database_privilege(current_database(), 'CREATE')) AS installable
      FROM pg_available_extension_versions v WHERE v.name = 'vector' HAVING count(*) > 0`,
  );
  const { place, user, database } = describeTarget(target);
  if (vector === undefined) throw new DatabaseProblem(missingVector(place));
  if (!vector.installed && !vector.installable && !lane.server.superuser) {
    throw new DatabaseProblem(
      `User "${user}" may not install pgvector. Let an administrator of PostgreSQL at ${place} run CREATE EXTENSION vector in the database "${database}", then start again.`,
    );
  }
}

async function retryCollisions<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const collided = error instanceof postgres.PostgresError && COLLISIONS.has(error.code);
      if (!collided || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt * Math.random()));
    }
  }
}

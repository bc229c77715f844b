import { randomBytes } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import postgres from 'postgres';
import type { Database } from '../../contracts/database.ts';
import { clientOptions, type DatabaseTarget } from '../../prisma/database-target.ts';
import { openDatabase } from '../../prisma/open-database.ts';
import { serveEmbedded } from './serve-embedded.ts';
import {
  adminUrl,
  embeddedTemplate,
  openAdmin,
  postgresTemplate,
  urlOfDatabase,
} from './template-database.ts';

export interface TestDatabase {
  database: Database;
  /** For child processes and further handles. */
  connection: DatabaseTarget;
  /** The owner's own look, without role and row-level security. Never inside a transaction of `database`. */
  ownerSql: postgres.Sql;
  close(): Promise<void>;
}

/** @returns a fresh migrated database: a copy of one template, embedded or on the server SENTIA_TEST_DATABASE_URL names. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const place = await createTestPlace({ migrated: true });
  const database = await openDatabase({ target: place.connection, name: 'test' });
  const ownerSql = openOwnerSql(place.connection);
  return {
    database,
    connection: place.connection,
    ownerSql,
    close: async () => {
      await database.close();
      await ownerSql.end({ timeout: 1 });
      await place.close();
    },
  };
}

/** @returns a handle as the database's owner. */
export function openOwnerSql(target: DatabaseTarget): postgres.Sql {
  const options = { ...clientOptions(target, 'test owner'), max: 1 };
  return target.kind === 'url' ? postgres(target.url, options) : postgres(options);
}

/** @returns a database that nothing of ours has opened yet; empty unless `migrated`. */
export async function createTestPlace(options: {
  migrated: boolean;
}): Promise<{ connection: DatabaseTarget; close(): Promise<void> }> {
  return adminUrl === null ? embeddedPlace(options.migrated) : postgresPlace(adminUrl, options.migrated);
}

async function embeddedPlace(
  migrated: boolean,
): Promise<{ connection: DatabaseTarget; close(): Promise<void> }> {
  const pglite = await PGlite.create({
    extensions: { vector },
    loadDataDir: await embeddedTemplate(migrated),
  });
  const served = await serveEmbedded(pglite);
  return {
    connection: served.target,
    close: async () => {
      await served.stop();
      await pglite.close();
    },
  };
}

async function postgresPlace(
  url: string,
  migrated: boolean,
): Promise<{ connection: DatabaseTarget; close(): Promise<void> }> {
  const name = `sentia_test_${randomBytes(8).toString('hex')}`;
  const admin = openAdmin(url);
  await admin.unsafe(`CREATE DATABASE ${name} ${migrated ? `TEMPLATE ${await postgresTemplate(url)}` : ''}`);
  return {
    connection: { kind: 'url', url: urlOfDatabase(url, name) },
    close: async () => {
      await admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
      await admin.end();
    },
  };
}

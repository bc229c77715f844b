import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../tests/support/test-database.ts';
import { packageRoot } from './package-root.ts';
import { readModel, type Table } from './read-model.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const model = readModel(readFileSync(join(packageRoot(), 'prisma', 'schema.prisma'), 'utf8'));
const byText = (a: unknown, b: unknown) => JSON.stringify(a).localeCompare(JSON.stringify(b));

test('schema.prisma and the migrated database have the same tables, columns, types, keys and indexes', async () => {
  const tables = await migratedTables();
  expect(tables.map((table) => table.name)).toEqual(model.map((table) => table.name).sort());
  for (const table of tables) {
    const modelled = model.find((each) => each.name === table.name);
    expect(table, `table ${table.name}`).toEqual(modelled && comparable(modelled));
  }
});

interface Comparable extends Omit<Table, 'model' | 'comment' | 'columns'> {
  columns: Record<string, { type: string; nullable: boolean; hasDefault: boolean }>;
}

function comparable(table: Table): Comparable {
  return {
    name: table.name,
    columns: Object.fromEntries(
      table.columns.map(({ name, type, nullable, hasDefault }) => [name, { type, nullable, hasDefault }]),
    ),
    primaryKey: table.primaryKey,
    uniques: [...table.uniques].sort(byText),
    indexes: [...table.indexes].sort(byText),
    foreignKeys: [...table.foreignKeys].sort(byText),
  };
}

const ACTIONS: Record<string, string> = {
  a: 'NoAction',
  c: 'Cascade',
  n: 'SetNull',
  r: 'Restrict',
  d: 'SetDefault',
};

async function migratedTables(): Promise<Comparable[]> {
  const tables = await db.ownerSql<{ oid: number; name: string }[]>`
    SELECT oid::int, relname AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations' ORDER BY relname`;
  const comparables: Comparable[] = [];
  for (const { oid, name } of tables) {
    const columns = await db.ownerSql<
      { name: string; type: string; nullable: boolean; hasDefault: boolean }[]
    >`
      SELECT attname AS name, format_type(atttypid, atttypmod) AS type, NOT attnotnull AS nullable, atthasdef OR attidentity <> '' AS "hasDefault"
      FROM pg_attribute WHERE attrelid = ${oid} AND attnum > 0 AND NOT attisdropped ORDER BY attnum`;
    const keys = await db.ownerSql<
      {
        kind: string;
        columns: string[];
        table: string | null;
        references: string[];
        onDelete: string;
        onUpdate: string;
      }[]
    >`
      SELECT contype AS kind, confdeltype AS "onDelete", confupdtype AS "onUpdate", confrelid::regclass::text AS table,
        ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY k(n, i) JOIN pg_attribute ON attrelid = conrelid AND attnum = n ORDER BY i) AS columns,
        ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY k(n, i) JOIN pg_attribute ON attrelid = confrelid AND attnum = n ORDER BY i) AS references
      FROM pg_constraint WHERE conrelid = ${oid} AND contype IN ('p', 'u', 'f')`;
    const indexes = await db.ownerSql<{ name: string; columns: string[] }[]>`
      SELECT indexrelid::regclass::text AS name,
        ARRAY(SELECT attname::text FROM unnest(indkey) WITH ORDINALITY k(n, i) JOIN pg_attribute ON attrelid = indrelid AND attnum = n ORDER BY i) AS columns
      FROM pg_index WHERE indrelid = ${oid} AND NOT indisunique`;
    comparables.push({
      name,
      columns: Object.fromEntries(
        columns.map(({ name: column, type, nullable, hasDefault }) => [
          column,
          { type, nullable, hasDefault },
        ]),
      ),
      primaryKey: keys.find((key) => key.kind === 'p')?.columns ?? [],
      uniques: keys
        .filter((key) => key.kind === 'u')
        .map((key) => key.columns)
        .sort(byText),
      indexes: indexes
        .map((index) => ({ name: index.name.replace(/^public\./, ''), columns: index.columns }))
        .sort(byText),
      foreignKeys: keys
        .filter((key) => key.kind === 'f')
        .map((key) => ({
          columns: key.columns,
          table: (key.table ?? '').replace(/^public\./, ''),
          references: key.references,
          onDelete: ACTIONS[key.onDelete] ?? key.onDelete,
          onUpdate: ACTIONS[key.onUpdate] ?? key.onUpdate,
        }))
        .sort(byText),
    });
  }
  return comparables;
}

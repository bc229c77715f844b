import type postgres from 'postgres';
import type { FoundQuery, Kind } from './find-queries.ts';

/** What a column of a PostgreSQL type (by OID) comes out as, after prisma/database-target.ts. */
const KINDS = new Map<number, Kind>([
  [16, 'boolean'],
  [17, 'Uint8Array'],
  [20, 'number'],
  [21, 'number'],
  [23, 'number'],
  [26, 'number'],
  [700, 'number'],
  [701, 'number'],
  [19, 'string'],
  [25, 'string'],
  [1043, 'string'],
  // numeric: it does not fit a number, so it stays text; cast sums to bigint or double precision.
  [1700, 'string'],
  [2950, 'string'],
  [1082, 'Date'],
  [1114, 'Date'],
  [1184, 'Date'],
  [1000, 'array'],
  [1005, 'array'],
  [1007, 'array'],
  [1009, 'array'],
  [1015, 'array'],
  [1016, 'array'],
  [1022, 'array'],
  [1185, 'array'],
  [2951, 'array'],
]);
const JSON_OIDS = new Set([114, 3802]);

/**
 * Lets the migrated database parse and analyse a query without running it.
 * @returns what is wrong, with the query's place; null when nothing is.
 */
export async function checkQuery(ownerSql: postgres.Sql, query: FoundQuery): Promise<string | null> {
  const described = await ownerSql
    .unsafe(query.text)
    .describe()
    .catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (typeof described === 'string') return `${query.place}: ${described}`;
  for (const { name, kinds } of query.row ?? []) {
    const column = described.columns.find((each) => each.name === name);
    if (column === undefined)
      return `${query.place}: the row type has "${name}", the query gives no such column`;
    if (kinds.length === 0 || JSON_OIDS.has(column.type)) continue;
    const kind = KINDS.get(column.type);
    if (kind === undefined)
      return `${query.place}: column "${name}" has a type (OID ${column.type}) that the port does not know`;
    if (!kinds.includes(kind)) {
      return `${query.place}: column "${name}" comes out as ${kind}, the row type says ${kinds.join(' or ')}`;
    }
  }
  return null;
}

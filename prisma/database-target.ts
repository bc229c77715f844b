import { join } from 'node:path';
import type postgres from 'postgres';

/** Where a database is. `socketDir` holds `.s.PGSQL.5432` and is the embedded database's (or a test's copy of it). */
export type DatabaseTarget = { kind: 'socket'; socketDir: string } | { kind: 'url'; url: string };

/** The file that the embedded database listens on, as PostgreSQL's clients expect it. */
export function socketFile(socketDir: string): string {
  return join(socketDir, '.s.PGSQL.5432');
}

/** @returns host, port and database for people; never a password. */
export function describeTarget(target: DatabaseTarget): { place: string; user: string; database: string } {
  if (target.kind === 'socket')
    return { place: 'the embedded database', user: 'postgres', database: 'postgres' };
  const url = new URL(target.url);
  const user = decodeURIComponent(url.username) || 'postgres';
  return {
    place: `${url.hostname}:${url.port || '5432'}`,
    user,
    database: decodeURIComponent(url.pathname.slice(1)) || user,
  };
}

/**
 * What every client of ours has in common. Statements are never prepared by name and nothing is fetched behind our
 * back: the embedded database is one session for all its clients (TRAPS T37).
 */
export function clientOptions(target: DatabaseTarget, name: string) {
  const common = {
    prepare: false,
    fetch_types: false,
    max_lifetime: null,
    keep_alive: 5,
    connect_timeout: 10,
    types: postgresTypes,
    onnotice: () => undefined,
  };
  if (target.kind === 'socket') {
    return {
      ...common,
      host: 'localhost',
      port: 5432,
      path: socketFile(target.socketDir),
      user: 'postgres',
      database: 'postgres',
      pass: 'none',
      ssl: false as const,
      connection: { application_name: `sentia ${name}` },
    };
  }
  return { ...common, connection: { application_name: `sentia ${name}`, TimeZone: 'UTC', DateStyle: 'ISO' } };
}

const OID = {
  bool: 16,
  int8: 20,
  json: 114,
  jsonb: 3802,
  boolArray: 1000,
  int2Array: 1005,
  int4Array: 1007,
  textArray: 1009,
  varcharArray: 1015,
  int8Array: 1016,
  float8Array: 1022,
  timestamptzArray: 1185,
  uuidArray: 2951,
};

const asText = (value: unknown) => value;

/** Types beyond postgres.js' own. A parameter for json is JSON text: what is text stays text, nothing is encoded twice. */
const postgresTypes = {
  int8: { to: OID.int8, from: [OID.int8], serialize: String, parse: Number },
  json: {
    to: OID.json,
    from: [OID.json, OID.jsonb],
    serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
    parse: (text: string): unknown => JSON.parse(text),
  },
  numberArray: arrayType([OID.int2Array, OID.int4Array, OID.int8Array, OID.float8Array], Number),
  boolArray: arrayType([OID.boolArray], (text) => text === 't'),
  textArray: arrayType([OID.textArray, OID.varcharArray, OID.uuidArray], asText),
  timeArray: arrayType([OID.timestamptzArray], (text) => new Date(text)),
} satisfies Record<string, postgres.PostgresType>;

function arrayType(oids: [number, ...number[]], parse: (text: string) => unknown) {
  return {
    to: oids[0],
    from: oids,
    serialize: serializeArray,
    parse: (text: string) => parseArray(text).map((item) => (item === null ? null : parse(item))),
  };
}

type ArrayItem = string | number | boolean | Date | null;

/** @returns a PostgreSQL array literal of one dimension; strings are always quoted, so `null` and `NULL` stay apart. */
export function serializeArray(values: readonly ArrayItem[]): string {
  const items = values.map((value) => {
    if (value === null) return 'NULL';
    if (typeof value === 'number') return String(value);
    if (value instanceof Date) return `"${value.toISOString()}"`;
    return `"${String(value).replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${items.join(',')}}`;
}

/** @returns the items of an array literal of one dimension as text. */
export function parseArray(literal: string): (string | null)[] {
  const items: (string | null)[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"|([^,{}"]+)/gs;
  for (const [, quoted, bare] of literal.matchAll(pattern)) {
    if (quoted !== undefined) items.push(quoted.replace(/\\(.)/gs, '$1'));
    else items.push(bare === 'NULL' ? null : (bare ?? ''));
  }
  return items;
}

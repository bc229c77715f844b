import type { Clock } from '../../contracts/clock.ts';
import type { Database, Sql } from '../../contracts/database.ts';
import type { Chunk, Chunks } from '../chunks/chunks.ts';
import { judgeChunk } from './judge-chunk.ts';
import { RETENTION_MS } from './limits.ts';

// Drops chunks beyond their retention, one in each transaction. It must never drop what is not rolled up, nor what was
// written lately however old its times are; what it drops is closed for good.

const ROWS_A_STEP = 2_000;
const WRITER = { role: 'sentia_writer' } as const;

/** @returns the chunks that went. */
export async function applyRetention(deps: {
  database: Database;
  clock: Clock;
  chunks: Chunks;
}): Promise<Chunk[]> {
  const { database, clock, chunks } = deps;
  const gone: Chunk[] = [];
  for (const chunk of await chunks.list()) {
    if (judgeChunk(chunk, clock.now()) !== 'goes') continue;
    if (await chunks.drop(chunk.tier, chunk.fromMs, (sql) => mayGo(sql, chunk))) gone.push(chunk);
  }
  await dropOldNotes(database, new Date(clock.now() - RETENTION_MS.reading_1d));
  return gone;
}

/** Asked again in the transaction that drops, with the chunk's row locked against writers. */
async function mayGo(sql: Sql, chunk: Chunk): Promise<boolean> {
  const [row] = await sql<{ same: boolean }>`
    SELECT last_write = ${new Date(chunk.lastWriteMs)}::timestamptz
      AND range_to <= (SELECT done_to FROM telemetry.rollup)
      AND NOT EXISTS (
        SELECT FROM telemetry.dirty AS d WHERE d.hour >= chunk.range_from AND d.hour < chunk.range_to
      ) AS same
    FROM telemetry.chunk AS chunk
    WHERE tier = ${chunk.tier} AND range_from = ${new Date(chunk.fromMs)}::timestamptz`;
  return row?.same === true;
}

/** Gaps and restatements go with the longest tier. */
async function dropOldNotes(database: Database, before: Date): Promise<void> {
  const steps: ((sql: Sql) => Promise<unknown[]>)[] = [
    (sql) => sql`
      DELETE FROM telemetry.reading_gap WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM telemetry.reading_gap WHERE to_at < ${before}::timestamptz LIMIT ${ROWS_A_STEP}::int)) RETURNING 1`,
    (sql) => sql`
      DELETE FROM telemetry.restatement WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM telemetry.restatement WHERE at < ${before}::timestamptz LIMIT ${ROWS_A_STEP}::int)) RETURNING 1`,
  ];
  for (const step of steps) {
    let rows: number;
    do rows = (await database.transaction(WRITER, step)).length;
    while (rows === ROWS_A_STEP);
  }
}

import type { Clock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';

// Keeps the ledger small: old rows become hourly sums, and their packed readings go. It must never take a row that a
// consumer has not read (but after 72 hours), nor one that a retry may still look for, nor change any sum.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** As long as streams resume and retries look batches up. */
const KEEP_MS = 10 * MINUTE_MS;
/** A writer folds its own rows; those of one that has gone for good are folded by the others. */
const KEEP_OTHERS_MS = 24 * HOUR_MS;
/** A consumer that stands still for longer has to start from the tables. */
const KEEP_AT_MOST_MS = 72 * HOUR_MS;
/** Rows folded in one statement, so that it stays short. */
const SLICE = 500;

/** Folds what is old enough, slice by slice. @returns how many rows were folded. */
export async function foldLedger(deps: {
  database: Database;
  clock: Clock;
  writer: string;
}): Promise<number> {
  const { database, clock, writer } = deps;
  const before = (ageMs: number) => new Date(clock.now() - ageMs);
  let folded = 0;
  for (;;) {
    const [slice] = await database.transaction(
      { role: 'sentia_writer' },
      (sql) => sql<{ rows: number }>`
      WITH passed AS (
        SELECT coalesce(min(position), 9223372036854775807) AS position FROM telemetry.lease WHERE position IS NOT NULL
      ), old AS (
        SELECT batch.position FROM telemetry.ingest_batch AS batch, passed
        WHERE batch.committed_at < ${before(KEEP_MS)}::timestamptz
          AND (batch.writer = ${writer} OR batch.committed_at < ${before(KEEP_OTHERS_MS)}::timestamptz)
          AND (batch.position <= passed.position OR batch.committed_at < ${before(KEEP_AT_MOST_MS)}::timestamptz)
        ORDER BY batch.position LIMIT ${SLICE}::int
      ), gone AS (
        DELETE FROM telemetry.ingest_batch AS batch USING old WHERE batch.position = old.position
        RETURNING batch.committed_at, batch.writer, batch.lane, batch.messages, batch.received, batch.stored,
                  batch.duplicate, batch.conflict, batch.dead_lettered
      ), folded AS (
        INSERT INTO telemetry.ledger_hour AS kept
          (hour, writer, lane, batches, messages, received, stored, duplicate, conflict, dead_lettered)
        SELECT date_trunc('hour', committed_at, 'UTC'), writer, lane, count(*), sum(messages), sum(received), sum(stored),
               sum(duplicate), sum(conflict), sum(dead_lettered)
        FROM gone GROUP BY 1, 2, 3
        ON CONFLICT (hour, writer, lane) DO UPDATE SET
          batches = kept.batches + excluded.batches, messages = kept.messages + excluded.messages,
          received = kept.received + excluded.received, stored = kept.stored + excluded.stored,
          duplicate = kept.duplicate + excluded.duplicate, conflict = kept.conflict + excluded.conflict,
          dead_lettered = kept.dead_lettered + excluded.dead_lettered
      )
      SELECT count(*) AS rows FROM gone`,
    );
    const rows = slice?.rows ?? 0;
    folded += rows;
    if (rows < SLICE) return folded;
  }
}

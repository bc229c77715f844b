import type { Clock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';

// Bounds the dead letters: a device that sends nonsense sends it for weeks. It must never take a letter that people may
// still want to see: the newest, and those of the last 90 days, as far as there is room.

export const LETTER_LIMITS = { maxLetters: 1_000_000, maxAgeMs: 90 * 86_400_000 };
/** Letters looked at in one statement, so that it stays short. */
const SLICE = 1_000;

/** Deletes the oldest letters beyond the limits. @returns how many. */
export async function dropOldLetters(
  deps: { database: Database; clock: Clock },
  limits = LETTER_LIMITS,
): Promise<number> {
  const { database, clock } = deps;
  let dropped = 0;
  for (;;) {
    const [slice] = await database.transaction(
      { role: 'sentia_writer' },
      (sql) => sql<{ rows: number }>`
      WITH newest AS (
        SELECT coalesce(max(dead_letter_id), 0) AS id FROM telemetry.dead_letter
      ), oldest AS (
        SELECT dead_letter_id, received_at FROM telemetry.dead_letter ORDER BY dead_letter_id LIMIT ${SLICE}::int
      ), gone AS (
        DELETE FROM telemetry.dead_letter AS letter USING oldest, newest
        WHERE letter.dead_letter_id = oldest.dead_letter_id
          AND (oldest.dead_letter_id <= newest.id - ${limits.maxLetters}::bigint
               OR oldest.received_at < ${new Date(clock.now() - limits.maxAgeMs)}::timestamptz)
        RETURNING letter.dead_letter_id
      )
      SELECT count(*) AS rows FROM gone`,
    );
    const rows = slice?.rows ?? 0;
    dropped += rows;
    if (rows < SLICE) return dropped;
  }
}

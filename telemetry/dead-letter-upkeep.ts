import type { Clock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';
import type { DeadLetterTotals } from '../contracts/api/dead-letters.ts';

// Bounds the dead letters: a device that sends nonsense sends it for weeks. It must never take a letter that people may
// still want to see: the newest, and those of the last 90 days, as far as there is room. What went is counted.

export const LETTER_LIMITS = { maxLetters: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 90 * 86_400_000 };
/** Letters looked at in one statement, so that it stays short. */
const SLICE = 1_000;

/** Deletes the oldest letters beyond the limits. @returns how many went, and what is kept. */
export async function dropOldLetters(
  deps: { database: Database; clock: Clock },
  limits: typeof LETTER_LIMITS = LETTER_LIMITS,
): Promise<{ dropped: number; totals: DeadLetterTotals }> {
  const { database, clock } = deps;
  const oldestKept = new Date(clock.now() - limits.maxAgeMs);
  let dropped = 0;
  for (;;) {
    const { rows, totals } = await database.transaction({ role: 'sentia_writer' }, async (sql) => {
      const [gone] = await sql<{ overflowed: number; expired: number }>`
        WITH oldest AS (
          SELECT dead_letter_id, received_at, octet_length(payload) AS bytes
          FROM telemetry.dead_letter ORDER BY dead_letter_id LIMIT ${SLICE}::int
        ), placed AS (
          SELECT dead_letter_id, received_at < ${oldestKept}::timestamptz AS is_expired,
                 row_number() OVER (ORDER BY dead_letter_id) - 1 AS letters_before,
                 sum(bytes) OVER (ORDER BY dead_letter_id) - bytes AS bytes_before
          FROM oldest
        ), gone AS (
          DELETE FROM telemetry.dead_letter AS letter USING placed, telemetry.dead_letter_total AS total
          WHERE letter.dead_letter_id = placed.dead_letter_id
            AND (placed.is_expired OR total.letters - placed.letters_before > ${limits.maxLetters}::bigint
                 OR total.bytes - placed.bytes_before > ${limits.maxBytes}::bigint)
          RETURNING placed.is_expired
        )
        SELECT count(*) FILTER (WHERE NOT is_expired) AS overflowed, count(*) FILTER (WHERE is_expired) AS expired
        FROM gone`;
      const { overflowed, expired } = gone ?? { overflowed: 0, expired: 0 };
      const rows = overflowed + expired;
      if (rows > 0) {
        await sql`UPDATE telemetry.dead_letter_total SET
          overflowed = overflowed + ${overflowed}::bigint, expired = expired + ${expired}::bigint`;
      }
      const [kept] = await sql<DeadLetterTotals>`
        SELECT letters, bytes, overflowed, expired FROM telemetry.dead_letter_total`;
      return { rows, totals: kept ?? { letters: 0, bytes: 0, overflowed: 0, expired: 0 } };
    });
    dropped += rows;
    if (rows < SLICE) return { dropped, totals };
  }
}

import type { Sql } from '../../contracts/database.ts';

export interface ClaimedLetter {
  letterId: number;
  feed: string;
  topic: string;
  publisher: string | null;
  retained: boolean;
  receivedAt: Date;
  elements: number[] | null;
  /** The whole payload; null when it is not there any more. */
  payload: Uint8Array | null;
}

/** Claims the oldest letters that were asked for and that no living run replays. */
export async function claimLetters(
  sql: Sql,
  args: { claim: string; writer: string; staleBefore: Date; limit: number },
): Promise<ClaimedLetter[]> {
  return sql<ClaimedLetter>`
    WITH wanted AS (
      SELECT dead_letter_id FROM telemetry.dead_letter
      WHERE replay_requested_at IS NOT NULL
        AND (replay_claim IS NULL OR replay_claimed_at < ${args.staleBefore}::timestamptz
             OR (split_part(replay_claim, ' ', 1) = ${args.writer} AND replay_claim <> ${args.claim}))
      ORDER BY dead_letter_id LIMIT ${args.limit}::int FOR UPDATE SKIP LOCKED
    )
    UPDATE telemetry.dead_letter AS letter SET replay_claim = ${args.claim}, replay_claimed_at = clock_timestamp()
    FROM wanted WHERE letter.dead_letter_id = wanted.dead_letter_id
    RETURNING letter.dead_letter_id AS "letterId", letter.feed, letter.topic, letter.publisher, letter.retained,
      letter.received_at AS "receivedAt", letter.elements,
      CASE letter.kept WHEN 'whole' THEN letter.payload WHEN 'element' THEN (
        SELECT carrier.payload FROM telemetry.dead_letter AS carrier
        WHERE carrier.sha256 = letter.sha256 AND carrier.kept = 'whole' LIMIT 1
      ) END AS payload`;
}

/** Settles a claimed letter that cannot be replayed. */
export async function giveUpLetter(sql: Sql, letterId: number, claim: string, detail: string): Promise<void> {
  await sql`
    UPDATE telemetry.dead_letter SET
      replayed_at = clock_timestamp(), replay_outcome = 'refused', replay_stored = 0, replay_duplicate = 0,
      replay_refused = 1, replay_reason = reason, replay_detail = ${detail},
      replay_requested_at = NULL, replay_claim = NULL, replay_claimed_at = NULL
    WHERE dead_letter_id = ${letterId}::bigint AND replay_claim = ${claim}`;
}

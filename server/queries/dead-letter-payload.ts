import type { Database } from '../../contracts/database.ts';

export interface LetterPayload {
  topic: string;
  /** What the bytes are: all of the payload, its beginning, or the refused element. */
  kept: string;
  payload: Uint8Array;
}

/** All that is kept of a refused message; null when there is no such letter or it is not theirs. */
export async function deadLetterPayload(
  database: Database,
  organisationIds: readonly number[],
  deadLetterId: number,
): Promise<LetterPayload | null> {
  const [row] = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<LetterPayload>`
      SELECT topic, kept, payload FROM telemetry.dead_letter_payload(${deadLetterId}::bigint)`,
  );
  return row ?? null;
}

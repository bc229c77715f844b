import type { Readings } from '../../../contracts/api/readings.ts';
import type { Database } from '../../../contracts/database.ts';
import { HOUR_US } from './hour.ts';

const MOST = 100;

/** Hours of a range that were restated after they had been rolled up, newest first. */
export async function listRestated(
  database: Database,
  organisationIds: readonly number[],
  asked: { signalId: number; fromMicros: number; toMicros: number },
): Promise<NonNullable<Readings['restated']>> {
  const rows = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<{
      us: number;
      restatedUs: number;
      count: number;
      sum: number | null;
      min: number | null;
      max: number | null;
    }>`
      SELECT us, restated_us AS "restatedUs", was_count AS count, was_sum AS sum, was_min AS min, was_max AS max
      FROM telemetry.restatements(${asked.signalId}::int, ${asked.fromMicros}::bigint, ${asked.toMicros}::bigint, ${MOST}::int)`,
  );
  return rows.map(({ us, restatedUs, count, sum, min, max }) => ({
    from: us / 1000,
    to: (us + HOUR_US) / 1000,
    restatedAt: restatedUs / 1000,
    was: sum === null || min === null || max === null ? null : { count, mean: sum / count, min, max },
  }));
}

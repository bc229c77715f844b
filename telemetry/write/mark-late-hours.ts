import type { Sql } from '../../contracts/database.ts';
import type { Rows } from './prepared.ts';

const HOUR_US = 3_600_000_000;

/**
 * Marks the hours of readings that came after their hour was rolled up. Nothing is asked of the database for rows in
 * order. The row is updated where it stands, so that whoever takes it away waits for this transaction.
 * @param rolledToMicros as the head row gave it in this transaction, which holds that row until its end.
 */
export async function markLateHours(
  sql: Sql,
  rows: Pick<Rows<unknown>, 'ids' | 'atMicros'>,
  rolledToMicros: number,
): Promise<void> {
  const { ids, hours } = findLateHours(rows, rolledToMicros);
  if (ids.length === 0) return;
  await sql`
    INSERT INTO telemetry.dirty (signal_id, hour)
    SELECT late.signal_id, timestamptz 'epoch' + late.us * interval '1 microsecond' AS hour
    FROM unnest(${ids}::int[], ${hours}::float8[]) AS late(signal_id, us) ORDER BY late.signal_id, hour
    ON CONFLICT (signal_id, hour) DO UPDATE SET hour = excluded.hour`;
}

/** @returns each late hour of each signal once, hours in µs. */
export function findLateHours(
  rows: Pick<Rows<unknown>, 'ids' | 'atMicros'>,
  rolledToMicros: number,
): { ids: number[]; hours: number[] } {
  const seen = new Set<string>();
  const late: { ids: number[]; hours: number[] } = { ids: [], hours: [] };
  rows.atMicros.forEach((atMicros, i) => {
    if (atMicros >= rolledToMicros) return;
    const id = rows.ids[i] ?? 0;
    const hour = Math.floor(atMicros / HOUR_US) * HOUR_US;
    const key = `${id} ${hour}`;
    if (seen.has(key)) return;
    seen.add(key);
    late.ids.push(id);
    late.hours.push(hour);
  });
  return late;
}

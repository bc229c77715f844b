import type { Sql } from '../../contracts/database.ts';
import type { Rows } from './prepared.ts';

// Times travel as microseconds: a double holds them exactly, and `to_timestamp` of seconds would not. Arrays through
// unnest are the fastest way that runs on both engines (TRAPS T18); telling what was not stored costs a tenth of it.

/** @returns the indices of the rows that were not stored because their key exists. */
export async function insertReadings(sql: Sql, rows: Rows<number | null>): Promise<number[]> {
  const missing = await sql<{ n: number }>`
    WITH input AS (
      SELECT w.signal_id, timestamptz 'epoch' + w.micros * interval '1 microsecond' AS at, w.value, w.quality, w.n
      FROM unnest(${rows.ids}::int[], ${rows.atMicros}::float8[], ${rows.values}::float8[], ${rows.qualities}::smallint[])
        WITH ORDINALITY AS w(signal_id, micros, value, quality, n)
    ), stored AS (
      INSERT INTO telemetry.reading (signal_id, at, value, quality)
      SELECT signal_id, at, value, quality FROM input
      ON CONFLICT DO NOTHING
      RETURNING signal_id, at
    )
    SELECT n FROM input
    WHERE (SELECT count(*) FROM stored) < ${rows.ids.length}::int
      AND NOT EXISTS (SELECT FROM stored WHERE stored.signal_id = input.signal_id AND stored.at = input.at)`;
  return missing.map(({ n }) => n - 1);
}

/** @returns the indices of the rows that were not stored because their key exists. */
export async function insertEvents(sql: Sql, rows: Rows<string>): Promise<number[]> {
  const missing = await sql<{ n: number }>`
    WITH input AS (
      SELECT w.signal_id, timestamptz 'epoch' + w.micros * interval '1 microsecond' AS at, w.text, w.quality, w.n
      FROM unnest(${rows.ids}::int[], ${rows.atMicros}::float8[], ${rows.values}::text[], ${rows.qualities}::smallint[])
        WITH ORDINALITY AS w(signal_id, micros, text, quality, n)
    ), stored AS (
      INSERT INTO telemetry.event (signal_id, at, text, quality)
      SELECT signal_id, at, text, quality FROM input
      ON CONFLICT DO NOTHING
      RETURNING signal_id, at
    )
    SELECT n FROM input
    WHERE (SELECT count(*) FROM stored) < ${rows.ids.length}::int
      AND NOT EXISTS (SELECT FROM stored WHERE stored.signal_id = input.signal_id AND stored.at = input.at)`;
  return missing.map(({ n }) => n - 1);
}

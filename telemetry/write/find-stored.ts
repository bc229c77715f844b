import type { Sql } from '../../contracts/database.ts';
import { QUALITIES, type Quality } from '../../contracts/quality.ts';
import type { Rows } from './prepared.ts';

/** What the database holds at the time of a row. */
export interface Stored {
  value: number | string | null;
  quality: Quality;
}

// OFFSET 0 keeps each look-up a single index scan in a single chunk: a join could be planned over the whole table.

/** @returns what `telemetry.reading` holds at the rows' times, by the row's index. */
export async function findReadings(sql: Sql, rows: Rows<unknown>): Promise<Map<number, Stored>> {
  if (rows.ids.length === 0) return new Map();
  const found = await sql<{ n: number; value: number | null; quality: number }>`
    SELECT w.n, stored.value, stored.quality
    FROM unnest(${rows.ids}::int[], ${rows.atMicros}::float8[]) WITH ORDINALITY AS w(signal_id, micros, n)
    CROSS JOIN LATERAL (
      SELECT reading.value, reading.quality FROM telemetry.reading
      WHERE reading.signal_id = w.signal_id
        AND reading.at = timestamptz 'epoch' + w.micros * interval '1 microsecond' OFFSET 0
    ) AS stored`;
  return new Map(
    found.map(({ n, value, quality }) => [n - 1, { value, quality: QUALITIES[quality] ?? 'bad' }]),
  );
}

/** @returns what `telemetry.event` holds at the rows' times, by the row's index. */
export async function findEvents(sql: Sql, rows: Rows<unknown>): Promise<Map<number, Stored>> {
  if (rows.ids.length === 0) return new Map();
  const found = await sql<{ n: number; text: string; quality: number }>`
    SELECT w.n, stored.text, stored.quality
    FROM unnest(${rows.ids}::int[], ${rows.atMicros}::float8[]) WITH ORDINALITY AS w(signal_id, micros, n)
    CROSS JOIN LATERAL (
      SELECT event.text, event.quality FROM telemetry.event
      WHERE event.signal_id = w.signal_id
        AND event.at = timestamptz 'epoch' + w.micros * interval '1 microsecond' OFFSET 0
    ) AS stored`;
  return new Map(
    found.map(({ n, text, quality }) => [n - 1, { value: text, quality: QUALITIES[quality] ?? 'bad' }]),
  );
}

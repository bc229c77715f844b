import { randomUUID } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Database, Sql } from '../../contracts/database.ts';
import { packReadings } from '../../contracts/packed-readings.ts';
import { QUALITIES } from '../../contracts/quality.ts';
import type { Reading } from '../../contracts/reading.ts';

/** Where a signal stands, with what the registry knows of it. */
export interface SignalSeed {
  organisation?: string;
  site: string;
  line?: string;
  machine: string;
  signal: string;
  unit?: string | null;
  kind?: 'number' | 'boolean' | 'text';
}

export interface LedgerWriter {
  /** Creates what is missing of the path and tells it in the ledger, as telemetry does for unknown names. */
  createSignal(seed: SignalSeed): Promise<number>;
  /** One batch in one transaction: readings, head, ledger. @returns its position. */
  write(
    readings: readonly WrittenReading[],
    options?: { lane?: 'live' | 'late'; committedAt?: Date },
  ): Promise<number>;
  /** A production order with its change. @returns the change's position. */
  createOrder(lineOf: number, order: { slug: string; plannedFrom: Date; plannedTo: Date }): Promise<number>;
  siteIdOf(site: string): Promise<number>;
}

export interface WrittenReading {
  signalId: number;
  /** Epoch milliseconds; fractions are microseconds. */
  at: number;
  value: Reading['value'];
  quality?: Reading['quality'];
}

/** What telemetry does at its end of the live path, without a broker: for tests of all that reads the ledger. */
export function createLedgerWriter(database: Database): LedgerWriter {
  const run = <T>(work: (sql: Sql) => Promise<T>) => database.transaction({ role: 'sentia_writer' }, work);

  return {
    createSignal: (seed) => run((sql) => createSignal(sql, seed)),
    write: (readings, { lane = 'live', committedAt = new Date() } = {}) =>
      run(async (sql) => {
        const full = readings.map(({ signalId, at, value, quality = 'good' }): Reading => ({
          signalId,
          atMicros: Math.round(at * 1000),
          value,
          quality,
        }));
        await insertReadings(sql, full);
        const packed = deflateRawSync(packReadings(full), { level: 1 });
        const position = await nextPosition(sql);
        await sql`
          INSERT INTO telemetry.ingest_batch (position, batch_id, writer, lane, committed_at, messages, received, stored,
                                              duplicate, conflict, dead_lettered, packed)
          VALUES (${position}::bigint, ${randomUUID()}::uuid, 'test', ${lane}, ${committedAt}::timestamptz, 1,
                  ${full.length}::int, ${full.length}::int, 0, 0, 0, ${packed}::bytea)`;
        return position;
      }),
    createOrder: (lineId, order) =>
      run(async (sql) => {
        const [line] = await sql<{ organisation_id: number; site_id: number }>`
          SELECT l.organisation_id, a.site_id FROM public.line l JOIN public.area a USING (area_id)
          WHERE l.line_id = ${lineId}::int`;
        if (line === undefined) throw new Error('no such line');
        await sql`
          INSERT INTO public.production_order (organisation_id, line_id, slug, product, quantity, planned_from, planned_to,
                                               ideal_cycle_s, received_at)
          VALUES (${line.organisation_id}::int, ${lineId}::int, ${order.slug}, 'bracket', 100,
                  ${order.plannedFrom}::timestamptz, ${order.plannedTo}::timestamptz, 2, now())`;
        return change(sql, { organisationId: line.organisation_id, siteId: line.site_id, kind: 'order' });
      }),
    siteIdOf: (site) =>
      run(async (sql) => {
        const [row] = await sql<{ site_id: number }>`SELECT site_id FROM public.site WHERE slug = ${site}`;
        if (row === undefined) throw new Error(`no site ${site}`);
        return row.site_id;
      }),
  };
}

async function createSignal(sql: Sql, seed: SignalSeed): Promise<number> {
  const { organisation = 'plant', line = 'line-1', unit = null, kind = 'number' } = seed;
  const organisationId = await idOf(sql<{ id: number }>`
    INSERT INTO public.organisation (slug, name) VALUES (${organisation}, ${organisation})
    ON CONFLICT (slug) DO UPDATE SET name = excluded.name RETURNING organisation_id AS id`);
  const siteId = await idOf(sql<{ id: number }>`
    INSERT INTO public.site (organisation_id, slug, name) VALUES (${organisationId}::int, ${seed.site}, ${seed.site})
    ON CONFLICT (slug) DO UPDATE SET name = excluded.name RETURNING site_id AS id`);
  const areaId = await idOf(sql<{ id: number }>`
    INSERT INTO public.area (organisation_id, site_id, slug) VALUES (${organisationId}::int, ${siteId}::int, 'hall')
    ON CONFLICT (site_id, slug) DO UPDATE SET slug = excluded.slug RETURNING area_id AS id`);
  const lineId = await idOf(sql<{ id: number }>`
    INSERT INTO public.line (organisation_id, area_id, slug) VALUES (${organisationId}::int, ${areaId}::int, ${line})
    ON CONFLICT (area_id, slug) DO UPDATE SET slug = excluded.slug RETURNING line_id AS id`);
  const machineId = await idOf(sql<{ id: number }>`
    INSERT INTO public.machine (organisation_id, line_id, slug) VALUES (${organisationId}::int, ${lineId}::int, ${seed.machine})
    ON CONFLICT (line_id, slug) DO UPDATE SET slug = excluded.slug RETURNING machine_id AS id`);
  const signalId = await idOf(sql<{ id: number }>`
    INSERT INTO public.signal (organisation_id, machine_id, slug, unit, kind)
    VALUES (${organisationId}::int, ${machineId}::int, ${seed.signal}, ${unit}, ${kind})
    ON CONFLICT (machine_id, slug) DO UPDATE SET unit = excluded.unit RETURNING signal_id AS id`);
  await change(sql, { organisationId, siteId, kind: 'equipment' });
  return signalId;
}

async function change(
  sql: Sql,
  given: { organisationId: number; siteId: number; kind: 'equipment' | 'order' },
): Promise<number> {
  const position = await nextPosition(sql);
  await sql`
    INSERT INTO public.change (position, organisation_id, site_id, kind, payload)
    VALUES (${position}::bigint, ${given.organisationId}::int, ${given.siteId}::int, ${given.kind}, '{}')`;
  return position;
}

/** Locks the head row: the last thing a transaction does before its ledger row. */
async function nextPosition(sql: Sql): Promise<number> {
  return idOf(
    sql<{ id: number }>`UPDATE telemetry.head SET position = position + 1 RETURNING position AS id`,
  );
}

async function insertReadings(sql: Sql, readings: readonly Reading[]): Promise<void> {
  const numbers = readings.filter((reading) => typeof reading.value !== 'string');
  const texts = readings.filter((reading) => typeof reading.value === 'string');
  await sql`
    INSERT INTO telemetry.reading (signal_id, at, value, quality)
    SELECT signal_id, 'epoch'::timestamptz + micros * interval '1 microsecond', value, quality
    FROM unnest(${numbers.map((r) => r.signalId)}::int[], ${numbers.map((r) => r.atMicros)}::bigint[],
                ${numbers.map((r) => (typeof r.value === 'number' ? r.value : null))}::float8[],
                ${numbers.map((r) => QUALITIES.indexOf(r.quality))}::smallint[]) AS t(signal_id, micros, value, quality)`;
  await sql`
    INSERT INTO telemetry.event (signal_id, at, text, quality)
    SELECT signal_id, 'epoch'::timestamptz + micros * interval '1 microsecond', text, quality
    FROM unnest(${texts.map((r) => r.signalId)}::int[], ${texts.map((r) => r.atMicros)}::bigint[],
                ${texts.map((r) => String(r.value))}::text[],
                ${texts.map((r) => QUALITIES.indexOf(r.quality))}::smallint[]) AS t(signal_id, micros, text, quality)`;
}

async function idOf(rows: Promise<{ id: number }[]>): Promise<number> {
  const [row] = await rows;
  if (row === undefined) throw new Error('the statement returned no id');
  return row.id;
}

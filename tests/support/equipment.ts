import type postgres from 'postgres';

export interface TestSignal {
  organisationId: number;
  siteId: number;
  machineId: number;
  signalId: number;
}

/**
 * Puts a signal, with all that is above it in the hierarchy where that is not there yet, straight into the database.
 * @param path `organisation:site/area/line/machine/signal`
 */
export async function putSignal(
  ownerSql: postgres.Sql,
  path: string,
  fields: { kind?: 'number' | 'boolean' | 'text'; unit?: string; staleAfterMs?: number } = {},
): Promise<TestSignal> {
  const [organisation = '', levels = ''] = path.split(':');
  const [site = '', area = '', line = '', machine = '', signal = ''] = levels.split('/');
  const [row] = await ownerSql<TestSignal[]>`
    WITH o AS (INSERT INTO organisation (slug, name, simulated) VALUES (${organisation}, ${organisation}, ${organisation === 'demo'})
        ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug RETURNING organisation_id),
      s AS (INSERT INTO site (organisation_id, slug, name) SELECT organisation_id, ${site}, ${site} FROM o
        ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug RETURNING *),
      a AS (INSERT INTO area (organisation_id, site_id, slug) SELECT organisation_id, site_id, ${area} FROM s
        ON CONFLICT (site_id, slug) DO UPDATE SET slug = excluded.slug RETURNING *),
      l AS (INSERT INTO line (organisation_id, area_id, slug) SELECT organisation_id, area_id, ${line} FROM a
        ON CONFLICT (area_id, slug) DO UPDATE SET slug = excluded.slug RETURNING *),
      m AS (INSERT INTO machine (organisation_id, line_id, slug) SELECT organisation_id, line_id, ${machine} FROM l
        ON CONFLICT (line_id, slug) DO UPDATE SET slug = excluded.slug RETURNING *),
      g AS (INSERT INTO signal (organisation_id, machine_id, slug, kind, unit, stale_after_ms)
        SELECT organisation_id, machine_id, ${signal}, ${fields.kind ?? 'number'}, ${fields.unit ?? null},
          ${fields.staleAfterMs ?? null}::int FROM m RETURNING *)
    SELECT o.organisation_id AS "organisationId", s.site_id AS "siteId", m.machine_id AS "machineId",
      g.signal_id AS "signalId"
    FROM o, s, m, g`;
  if (row === undefined) throw new Error(`the signal ${path} was not made`);
  return row;
}

export interface TestReading {
  atMicros: number;
  value: number | null;
  quality: 0 | 1 | 2;
}

/** Stores readings of a signal as they are, into whichever chunks stand (else the default partition). */
export async function putReadings(
  ownerSql: postgres.Sql,
  signalId: number,
  readings: readonly TestReading[],
): Promise<void> {
  for (let i = 0; i < readings.length; i += 10_000) {
    const some = readings.slice(i, i + 10_000);
    await ownerSql`
      INSERT INTO telemetry.reading (signal_id, at, value, quality)
      SELECT ${signalId}::int, timestamptz 'epoch' + us * interval '1 microsecond', value, quality
      FROM unnest(${some.map((r) => r.atMicros)}::bigint[], ${some.map((r) => r.value)}::float8[],
        ${some.map((r) => r.quality)}::smallint[]) AS rows (us, value, quality)`;
  }
}

import type postgres from 'postgres';
import { systemClock } from '../../contracts/clock.ts';
import { createLeases } from '../../prisma/leases.ts';
import { createChunks, dayOf, DAY_MS } from '../../telemetry/chunks/chunks.ts';
import { nativeChunks } from '../../telemetry/chunks/native.ts';
import { timescaleChunks } from '../../telemetry/chunks/timescale.ts';
import { createRollUp } from '../../telemetry/rollups/roll-up.ts';
import type { TestDatabase } from '../../tests/support/test-database.ts';
import type { Say } from '../support/result.ts';

export interface Filled {
  organisationId: number;
  siteId: number;
  /** Those that have readings. */
  signalIds: number[];
  rows: number;
  rollUpS: number;
}

/** Makes `all` signals, readings of the first `busy` of them over the last `days`, by SQL, and rolls them up. */
export async function fillReadings(
  db: TestDatabase,
  asked: { all: number; busy: number; days: number; rows: number },
  say: Say,
): Promise<Filled> {
  const { database, ownerSql } = db;
  const place = await makeSignals(ownerSql, asked.all);
  const engine = database.timescale ? timescaleChunks : nativeChunks;
  const chunks = createChunks({ database, clock: systemClock, engine });
  const now = systemClock.now();
  const today = dayOf(now * 1000);
  const days = Array.from({ length: asked.days + 1 }, (_, i) => today - (asked.days - i) * DAY_MS);
  await chunks.ensure('reading', days);
  const everyMs = Math.max(1, Math.floor((asked.days * DAY_MS * asked.busy) / asked.rows));
  let rows = 0;
  for (const day of days) {
    const to = new Date(Math.min(day + DAY_MS, now));
    for (const signalId of place.signalIds.slice(0, asked.busy)) {
      const { count } = await ownerSql`
        INSERT INTO telemetry.reading (signal_id, at, value)
        SELECT ${signalId}::int, t.at, 70 + 10 * sin(date_part('epoch', t.at) / 3600) + random()
        FROM generate_series(${new Date(day)}::timestamptz, ${to}::timestamptz - interval '1 microsecond',
          ${everyMs}::float8 * interval '1 millisecond') AS t(at)`;
      rows += count;
    }
    say(`reads: ${rows.toLocaleString('en')} readings`);
  }
  const leases = createLeases({ database, asker: { role: 'sentia_writer' }, holder: 'bench' });
  const rollUp = createRollUp({ database, clock: systemClock, leases, chunks });
  const began = performance.now();
  while (!(await rollUp.run(5_000)).ended) say('reads: rolling up');
  const rollUpS = (performance.now() - began) / 1000;
  await ownerSql`ANALYZE`;
  return { ...place, signalIds: place.signalIds.slice(0, asked.busy), rows, rollUpS };
}

async function makeSignals(ownerSql: postgres.Sql, all: number) {
  const [place] = await ownerSql<{ organisationId: number; siteId: number; signalIds: number[] }[]>`
    WITH o AS (INSERT INTO organisation (slug, name) VALUES ('bench', 'bench') RETURNING organisation_id),
      s AS (INSERT INTO site (organisation_id, slug, name) SELECT organisation_id, 'bench', 'bench' FROM o RETURNING *),
      a AS (INSERT INTO area (organisation_id, site_id, slug) SELECT organisation_id, site_id, 'hall' FROM s RETURNING *),
      l AS (INSERT INTO line (organisation_id, area_id, slug) SELECT organisation_id, area_id, 'line' FROM a RETURNING *),
      m AS (INSERT INTO machine (organisation_id, line_id, slug) SELECT organisation_id, line_id, 'press' FROM l RETURNING *),
      g AS (INSERT INTO signal (organisation_id, machine_id, slug, kind)
        SELECT organisation_id, machine_id, 's' || i, 'number' FROM m, generate_series(1, ${all}::int) AS i RETURNING signal_id)
    SELECT o.organisation_id AS "organisationId", s.site_id AS "siteId", (SELECT array_agg(signal_id ORDER BY signal_id) FROM g) AS "signalIds"
    FROM o, s`;
  if (place === undefined) throw new Error('the signals were not made');
  return place;
}

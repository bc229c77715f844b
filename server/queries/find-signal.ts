import type { Database } from '../../contracts/database.ts';
import { slugSchema } from '../../contracts/slug.ts';

export interface FoundSignal {
  signalId: number;
  /** `site/area/line/machine/signal`. */
  path: string;
  unit: string | null;
  kind: 'number' | 'boolean' | 'text';
  /** Declared by people; null means it follows the signal's cadence. */
  staleAfterMs: number | null;
}

const GREATEST_ID = 2_147_483_647;

/**
 * @param wanted an id, or a path `site/area/line/machine/signal`.
 * @returns null when there is no such signal, or it is not theirs.
 */
export async function findSignal(
  database: Database,
  organisationIds: readonly number[],
  wanted: string,
): Promise<FoundSignal | null> {
  const slugs = wanted.split('/');
  const byId = /^\d{1,10}$/.test(wanted) && Number(wanted) <= GREATEST_ID;
  const byPath = slugs.length === 5 && slugs.every((slug) => slugSchema.safeParse(slug).success);
  if (!byId && !byPath) return null;
  const id = byId ? Number(wanted) : null;
  const [site, area, line, machine, signal] = byPath ? slugs : [];
  const rows = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<{
      signal_id: number;
      path: string;
      unit: string | null;
      kind: FoundSignal['kind'];
      stale_after_ms: number | null;
    }>`
      SELECT g.signal_id, concat_ws('/', s.slug, a.slug, l.slug, m.slug, g.slug) AS path, g.unit, g.kind, g.stale_after_ms
      FROM signal g JOIN machine m USING (machine_id) JOIN line l USING (line_id) JOIN area a USING (area_id)
        JOIN site s USING (site_id)
      WHERE g.signal_id = ${id}::int OR (
        s.slug = ${site ?? null}::text AND a.slug = ${area ?? null}::text AND l.slug = ${line ?? null}::text
        AND m.slug = ${machine ?? null}::text AND g.slug = ${signal ?? null}::text)`,
  );
  const row = rows[0];
  if (row === undefined) return null;
  return {
    signalId: row.signal_id,
    path: row.path,
    unit: row.unit,
    kind: row.kind,
    staleAfterMs: row.stale_after_ms,
  };
}

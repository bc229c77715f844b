import type { SignalItem } from '../../contracts/api/equipment.ts';
import type { Database } from '../../contracts/database.ts';
import { toPage, type ListName, type Page } from './cursor.ts';

/** One page of signals by id. `list` says whose cursors these are. */
export async function listSignals(
  database: Database,
  organisationIds: readonly number[],
  args: { siteId: number | null; after: number | null; limit: number; list?: ListName },
): Promise<Page<SignalItem>> {
  const rows = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<{
      signal_id: number;
      site: string;
      area: string;
      line: string;
      machine: string;
      signal: string;
      unit: string | null;
      kind: SignalItem['kind'];
    }>`
      SELECT g.signal_id, s.slug AS site, a.slug AS area, l.slug AS line, m.slug AS machine, g.slug AS signal,
        g.unit, g.kind
      FROM signal g JOIN machine m USING (machine_id) JOIN line l USING (line_id) JOIN area a USING (area_id)
        JOIN site s USING (site_id)
      WHERE g.signal_id > ${args.after ?? 0}::bigint
        AND (${args.siteId}::int IS NULL OR s.site_id = ${args.siteId}::int)
      ORDER BY g.signal_id LIMIT ${args.limit + 1}::int`,
  );
  return toPage(
    args.list ?? 'signals',
    rows,
    args.limit,
    (row) => row.signal_id,
    (row) => ({
      signalId: row.signal_id,
      site: row.site,
      area: row.area,
      line: row.line,
      machine: row.machine,
      signal: row.signal,
      unit: row.unit,
      kind: row.kind,
    }),
  );
}

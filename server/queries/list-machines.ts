import type { MachineItem } from '../../contracts/api/equipment.ts';
import type { Database } from '../../contracts/database.ts';
import type { LivePicture } from '../live/live-picture.ts';
import { toPage, type Page } from './cursor.ts';

/** One page of machines by id, each with its state as the live picture has it. */
export async function listMachines(
  database: Database,
  live: Pick<LivePicture, 'machineState'>,
  organisationIds: readonly number[],
  args: { siteId: number | null; after: number | null; limit: number },
): Promise<Page<MachineItem>> {
  const rows = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<{ machine_id: number; site: string; area: string; line: string; machine: string }>`
      SELECT m.machine_id, s.slug AS site, a.slug AS area, l.slug AS line, m.slug AS machine
      FROM machine m JOIN line l USING (line_id) JOIN area a USING (area_id) JOIN site s USING (site_id)
      WHERE m.machine_id > ${args.after ?? 0}::bigint
        AND (${args.siteId}::int IS NULL OR s.site_id = ${args.siteId}::int)
      ORDER BY m.machine_id LIMIT ${args.limit + 1}::int`,
  );
  return toPage(
    'machines',
    rows,
    args.limit,
    (row) => row.machine_id,
    (row) => {
      const now = live.machineState(row.machine_id);
      const since = now?.since ?? null;
      return {
        machineId: row.machine_id,
        site: row.site,
        area: row.area,
        line: row.line,
        machine: row.machine,
        state: now?.state ?? 'unknown',
        since: since === null ? null : new Date(since).toISOString(),
      };
    },
  );
}

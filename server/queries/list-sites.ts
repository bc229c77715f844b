import type { SiteItem } from '../../contracts/api/equipment.ts';
import type { Database } from '../../contracts/database.ts';
import { toPage, type Page } from './cursor.ts';

/** One page of the sites that these organisations may see, by id. */
export async function listSites(
  database: Database,
  organisationIds: readonly number[],
  args: { after: number | null; limit: number },
): Promise<Page<SiteItem>> {
  const rows = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<{
      site_id: number;
      site: string;
      name: string;
      time_zone: string;
      organisation: string;
      simulated: boolean;
    }>`
      SELECT s.site_id, s.slug AS site, s.name, s.time_zone, o.slug AS organisation, o.simulated
      FROM site s JOIN organisation o USING (organisation_id)
      WHERE s.site_id > ${args.after ?? 0}::bigint
      ORDER BY s.site_id LIMIT ${args.limit + 1}::int`,
  );
  return toPage(
    'sites',
    rows,
    args.limit,
    (row) => row.site_id,
    (row) => ({
      siteId: row.site_id,
      site: row.site,
      name: row.name,
      timeZone: row.time_zone,
      organisation: row.organisation,
      simulated: row.simulated,
    }),
  );
}

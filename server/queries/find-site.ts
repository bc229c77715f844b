import { slugSchema } from '../../contracts/slug.ts';
import type { Database } from '../../contracts/database.ts';

/** @returns the site's id; null when there is none of that name, or it is not theirs. */
export async function findSite(
  database: Database,
  organisationIds: readonly number[],
  site: string,
): Promise<number | null> {
  if (!slugSchema.safeParse(site).success) return null;
  const rows = await database.transaction(
    { role: 'sentia_app', organisationIds },
    (sql) => sql<{ site_id: number }>`SELECT site_id FROM site WHERE slug = ${site}`,
  );
  return rows[0]?.site_id ?? null;
}

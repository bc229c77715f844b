import type { Database } from '../../contracts/database.ts';
import { appendChanges } from '../append-changes.ts';

/** Creates an organisation and its declared sites unless they exist. */
export async function ensureOrganisation(
  database: Database,
  organisation: { slug: string; name: string; simulated: boolean },
  sites: readonly { slug: string; name: string; timeZone: string }[],
): Promise<void> {
  await database.transaction({ role: 'sentia_writer' }, async (sql) => {
    await sql`
      INSERT INTO public.organisation (slug, name, simulated)
      VALUES (${organisation.slug}, ${organisation.name}, ${organisation.simulated})
      ON CONFLICT (slug) DO NOTHING`;
    const created = await sql<{ siteId: number; organisationId: number }>`
      INSERT INTO public.site (organisation_id, slug, name, time_zone)
      SELECT organisation.organisation_id, w.slug, w.name, w.time_zone
      FROM public.organisation, unnest(
        ${sites.map((site) => site.slug)}::text[],
        ${sites.map((site) => site.name)}::text[],
        ${sites.map((site) => site.timeZone)}::text[]
      ) AS w(slug, name, time_zone)
      WHERE organisation.slug = ${organisation.slug}
      ON CONFLICT (slug) DO NOTHING
      RETURNING site_id AS "siteId", organisation_id AS "organisationId"`;
    await appendChanges(
      sql,
      created.map(({ siteId, organisationId }) => ({
        siteId,
        organisationId,
        kind: 'equipment' as const,
        payload: { siteId },
      })),
    );
  });
}

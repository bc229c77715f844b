import type { Sql } from '../../contracts/database.ts';

export interface SiteOwner {
  siteId: number;
  organisationId: number;
  organisation: string;
}

export interface Ownership {
  /** By the site's slug. */
  sites: ReadonlyMap<string, SiteOwner>;
  /** Ids by the organisation's slug. */
  organisations: ReadonlyMap<string, number>;
}

/** Who owns what, whole: an installation has few sites and fewer organisations. */
export async function readOwnership(sql: Sql): Promise<Ownership> {
  const organisations = await sql<{ organisationId: number; organisation: string }>`
    SELECT organisation_id AS "organisationId", slug AS organisation FROM public.organisation`;
  const sites = await sql<SiteOwner & { site: string }>`
    SELECT site.slug AS site, site.site_id AS "siteId", organisation.organisation_id AS "organisationId",
           organisation.slug AS organisation
    FROM public.site JOIN public.organisation USING (organisation_id)`;
  return {
    sites: new Map(sites.map(({ site, ...owner }) => [site, owner])),
    organisations: new Map(organisations.map((row) => [row.organisation, row.organisationId])),
  };
}

/**
 * Whether a publisher may write to a site: its credential's organisation must own it. Without a known credential
 * (null, an external broker) everything belongs to the site's organisation.
 * @returns the organisation that owns the site, or will own it once created; or why not.
 */
export function ownerFor(
  ownership: Ownership,
  site: string,
  publisher: string | null,
  defaultOrganisation: string,
): { ok: true; organisation: string } | { ok: false; detail: string } {
  const owner = ownership.sites.get(site)?.organisation;
  if (owner !== undefined && publisher !== null && publisher !== owner) {
    return {
      ok: false,
      detail: `the site "${site}" does not belong to the publisher's organisation "${publisher}". Publish to a site of your own.`,
    };
  }
  const organisation = owner ?? publisher ?? defaultOrganisation;
  if (ownership.organisations.has(organisation)) return { ok: true, organisation };
  return {
    ok: false,
    detail: `the publisher's organisation "${organisation}" does not exist here, so the site "${site}" cannot be created.`,
  };
}

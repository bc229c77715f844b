import type postgres from 'postgres';

export interface AddedMachine {
  organisationId: number;
  siteId: number;
  lineId: number;
  machineId: number;
  /** In the order of the given slugs. */
  signalIds: number[];
}

/**
 * Puts a machine with its signals, and whatever above it is missing, into schema public as the owner would.
 * @param options.path site/area/line/machine
 */
export async function addMachine(
  ownerSql: postgres.Sql,
  options: { organisation: string; path: string; signals: readonly string[]; simulated?: boolean },
): Promise<AddedMachine> {
  const { organisation, simulated = false } = options;
  const [site, area, line, machine] = options.path.split('/');
  const one = async (query: postgres.PendingQuery<{ id: number }[]>): Promise<number> => {
    const [row] = await query;
    if (row === undefined) throw new Error('a row was to be returned');
    return row.id;
  };
  const organisationId = await one(ownerSql`
    INSERT INTO public.organisation (slug, name, simulated) VALUES (${organisation}, ${organisation}, ${simulated})
    ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug RETURNING organisation_id AS id`);
  const siteId = await one(ownerSql`
    INSERT INTO public.site (organisation_id, slug, name) VALUES (${organisationId}, ${site ?? ''}, ${site ?? ''})
    ON CONFLICT (slug) DO UPDATE SET slug = excluded.slug RETURNING site_id AS id`);
  const areaId = await one(ownerSql`
    INSERT INTO public.area (organisation_id, site_id, slug) VALUES (${organisationId}, ${siteId}, ${area ?? ''})
    ON CONFLICT (site_id, slug) DO UPDATE SET slug = excluded.slug RETURNING area_id AS id`);
  const lineId = await one(ownerSql`
    INSERT INTO public.line (organisation_id, area_id, slug) VALUES (${organisationId}, ${areaId}, ${line ?? ''})
    ON CONFLICT (area_id, slug) DO UPDATE SET slug = excluded.slug RETURNING line_id AS id`);
  const machineId = await one(ownerSql`
    INSERT INTO public.machine (organisation_id, line_id, slug) VALUES (${organisationId}, ${lineId}, ${machine ?? ''})
    ON CONFLICT (line_id, slug) DO UPDATE SET slug = excluded.slug RETURNING machine_id AS id`);
  const signalIds: number[] = [];
  for (const slug of options.signals) {
    signalIds.push(
      await one(ownerSql`
        INSERT INTO public.signal (organisation_id, machine_id, slug, kind) VALUES (${organisationId}, ${machineId}, ${slug}, 'number')
        ON CONFLICT (machine_id, slug) DO UPDATE SET slug = excluded.slug RETURNING signal_id AS id`),
    );
  }
  return { organisationId, siteId, lineId, machineId, signalIds };
}

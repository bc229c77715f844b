import type { Sql } from '../../contracts/database.ts';
import { splitPaths } from './find-signals.ts';

/** Creates sites, areas and lines of `site/area/line[/…]` that do not exist. Another writer may create the same meanwhile. */
export async function createLines(
  sql: Sql,
  paths: readonly string[],
  organisationOf: (site: string) => string,
): Promise<void> {
  const { site, area, line } = splitPaths(paths);
  const sites = [...new Set(site)];
  await sql`
    INSERT INTO public.site (organisation_id, slug, name)
    SELECT organisation.organisation_id, w.site, w.site
    FROM unnest(${sites}::text[], ${sites.map(organisationOf)}::text[]) AS w(site, organisation)
    JOIN public.organisation ON organisation.slug = w.organisation
    ORDER BY w.site
    ON CONFLICT (slug) DO NOTHING`;
  await sql`
    INSERT INTO public.area (organisation_id, site_id, slug)
    SELECT DISTINCT site.organisation_id, site.site_id, w.area
    FROM unnest(${site}::text[], ${area}::text[]) AS w(site, area)
    JOIN public.site ON site.slug = w.site
    ORDER BY site.site_id, w.area
    ON CONFLICT (site_id, slug) DO NOTHING`;
  await sql`
    INSERT INTO public.line (organisation_id, area_id, slug)
    SELECT DISTINCT site.organisation_id, area.area_id, w.line
    FROM unnest(${site}::text[], ${area}::text[], ${line}::text[]) AS w(site, area, line)
    JOIN public.site ON site.slug = w.site
    JOIN public.area ON area.site_id = site.site_id AND area.slug = w.area
    ORDER BY area.area_id, w.line
    ON CONFLICT (area_id, slug) DO NOTHING`;
}

export interface NewSignal {
  path: string;
  kind: 'number' | 'boolean' | 'text';
  unit: string | null;
}

/** Creates machines and signals on lines that exist. */
export async function createSignals(sql: Sql, signals: readonly NewSignal[]): Promise<void> {
  const columns = splitPaths(signals.map((signal) => signal.path));
  await sql`
    INSERT INTO public.machine (organisation_id, line_id, slug)
    SELECT DISTINCT line.organisation_id, line.line_id, w.machine
    FROM unnest(${columns.site}::text[], ${columns.area}::text[], ${columns.line}::text[], ${columns.machine}::text[])
      AS w(site, area, line, machine)
    JOIN public.site ON site.slug = w.site
    JOIN public.area ON area.site_id = site.site_id AND area.slug = w.area
    JOIN public.line ON line.area_id = area.area_id AND line.slug = w.line
    ORDER BY line.line_id, w.machine
    ON CONFLICT (line_id, slug) DO NOTHING`;
  await sql`
    INSERT INTO public.signal (organisation_id, machine_id, slug, kind, unit)
    SELECT machine.organisation_id, machine.machine_id, w.signal, w.kind, w.unit
    FROM unnest(${columns.site}::text[], ${columns.area}::text[], ${columns.line}::text[], ${columns.machine}::text[],
                ${columns.signal}::text[], ${signals.map((signal) => signal.kind)}::text[],
                ${signals.map((signal) => signal.unit)}::text[]) AS w(site, area, line, machine, signal, kind, unit)
    JOIN public.site ON site.slug = w.site
    JOIN public.area ON area.site_id = site.site_id AND area.slug = w.area
    JOIN public.line ON line.area_id = area.area_id AND line.slug = w.line
    JOIN public.machine ON machine.line_id = line.line_id AND machine.slug = w.machine
    ORDER BY machine.machine_id, w.signal
    ON CONFLICT (machine_id, slug) DO NOTHING`;
}

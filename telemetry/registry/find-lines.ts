import type { Sql } from '../../contracts/database.ts';
import { splitPaths } from './find-signals.ts';

export interface FoundLine {
  path: string;
  lineId: number;
  siteId: number;
  organisationId: number;
  organisation: string;
}

/** @returns those of the paths `site/area/line` that name an existing line. */
export async function findLines(sql: Sql, paths: readonly string[]): Promise<FoundLine[]> {
  const { site, area, line } = splitPaths(paths);
  return sql<FoundLine>`
    SELECT w.path, line.line_id AS "lineId", site.site_id AS "siteId",
           organisation.organisation_id AS "organisationId", organisation.slug AS organisation
    FROM unnest(${[...paths]}::text[], ${site}::text[], ${area}::text[], ${line}::text[]) AS w(path, site, area, line)
    JOIN public.site ON site.slug = w.site
    JOIN public.organisation ON organisation.organisation_id = site.organisation_id
    JOIN public.area ON area.site_id = site.site_id AND area.slug = w.area
    JOIN public.line ON line.area_id = area.area_id AND line.slug = w.line`;
}

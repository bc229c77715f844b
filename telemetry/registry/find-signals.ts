import type { Sql } from '../../contracts/database.ts';

export interface FoundSignal {
  path: string;
  signalId: number;
  kind: 'number' | 'boolean' | 'text';
  unit: string | null;
  siteId: number;
  organisationId: number;
  organisation: string;
}

/** @returns those of the paths that name an existing signal. */
export async function findSignals(sql: Sql, paths: readonly string[]): Promise<FoundSignal[]> {
  const columns = splitPaths(paths);
  return sql<FoundSignal>`
    SELECT w.path, signal.signal_id AS "signalId", signal.kind, signal.unit, site.site_id AS "siteId",
           organisation.organisation_id AS "organisationId", organisation.slug AS organisation
    FROM unnest(${[...paths]}::text[], ${columns.site}::text[], ${columns.area}::text[], ${columns.line}::text[],
                ${columns.machine}::text[], ${columns.signal}::text[]) AS w(path, site, area, line, machine, signal)
    JOIN public.site ON site.slug = w.site
    JOIN public.organisation ON organisation.organisation_id = site.organisation_id
    JOIN public.area ON area.site_id = site.site_id AND area.slug = w.area
    JOIN public.line ON line.area_id = area.area_id AND line.slug = w.line
    JOIN public.machine ON machine.line_id = line.line_id AND machine.slug = w.machine
    JOIN public.signal ON signal.machine_id = machine.machine_id AND signal.slug = w.signal`;
}

export interface PathColumns {
  site: string[];
  area: string[];
  line: string[];
  machine: string[];
  signal: string[];
}

/** Paths as columns for `unnest`; levels that a path lacks are ''. */
export function splitPaths(paths: readonly string[]): PathColumns {
  const columns: PathColumns = { site: [], area: [], line: [], machine: [], signal: [] };
  for (const path of paths) {
    const [site = '', area = '', line = '', machine = '', signal = ''] = path.split('/');
    columns.site.push(site);
    columns.area.push(area);
    columns.line.push(line);
    columns.machine.push(machine);
    columns.signal.push(signal);
  }
  return columns;
}

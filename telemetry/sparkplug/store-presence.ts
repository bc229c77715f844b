import type { Sql } from '../../contracts/database.ts';
import { appendChanges } from '../append-changes.ts';
import { splitPaths } from '../registry/find-signals.ts';

/** What is known of a machine whose births and deaths are told. */
export interface Presence {
  /** `site/area/line/machine`. */
  machine: string;
  /** The publisher's organisation: nobody tells of another's machines. null where none is known. */
  organisation: string | null;
  /** The signals of its last birth; null to leave them as they are. */
  signals: readonly string[] | null;
  /** null while it is there. */
  goneSinceMs: number | null;
}

interface Found {
  path: string;
  machineId: number;
  siteId: number;
  organisationId: number;
}

/**
 * Stores who is there and who is gone, and appends the changes that bring it to the pages: the last thing a transaction
 * does. @returns machines of which something does not exist yet, by path.
 */
export async function storePresence(
  sql: Sql,
  given: readonly Presence[],
): Promise<{ incomplete: ReadonlySet<string>; position: number | null }> {
  const found = await findMachines(sql, given);
  const known = given.flatMap((presence) => {
    const machine = found.get(presence.machine);
    return machine === undefined ? [] : [{ ...presence, ...machine }];
  });
  const born = known.filter(({ signals }) => signals !== null);
  const pairs = born.flatMap(({ machineId, signals }) =>
    (signals ?? []).map((slug) => ({ machineId, slug })),
  );
  const ids = pairs.map(({ machineId }) => machineId);
  const slugs = pairs.map(({ slug }) => slug);
  const changed = new Set<number>();
  const note = (rows: readonly { id: number }[]) => rows.forEach(({ id }) => changed.add(id));
  note(
    await sql<{ id: number }>`
    UPDATE public.machine AS m
    SET announced = true, gone_since = timestamptz 'epoch' + w.gone_ms * interval '1 millisecond'
    FROM unnest(${known.map(({ machineId }) => machineId)}::int[], ${known.map(({ goneSinceMs }) => goneSinceMs)}::float8[],
                ${known.map(({ signals }) => signals !== null)}::boolean[]) AS w(machine_id, gone_ms, born)
    WHERE m.machine_id = w.machine_id
      AND ((w.born AND NOT m.announced) OR (m.announced AND (m.gone_since IS NULL) <> (w.gone_ms IS NULL)))
    RETURNING m.machine_id AS id`,
  );
  note(
    await sql<{ id: number }>`
    UPDATE public.signal AS s SET ages = false, gone_since = NULL
    FROM unnest(${ids}::int[], ${slugs}::text[]) AS w(machine_id, slug)
    WHERE s.machine_id = w.machine_id AND s.slug = w.slug AND (s.ages OR s.gone_since IS NOT NULL)
    RETURNING s.machine_id AS id`,
  );
  // What the last birth does not announce any more.
  note(
    await sql<{ id: number }>`
    UPDATE public.signal AS s SET gone_since = clock_timestamp()
    WHERE s.machine_id = ANY (${born.map(({ machineId }) => machineId)}::int[]) AND NOT s.ages AND s.gone_since IS NULL
      AND NOT EXISTS (
        SELECT FROM unnest(${ids}::int[], ${slugs}::text[]) AS w(machine_id, slug)
        WHERE w.machine_id = s.machine_id AND w.slug = s.slug)
    RETURNING s.machine_id AS id`,
  );
  const counts = await sql<{ machineId: number; n: number }>`
    SELECT s.machine_id AS "machineId", count(*)::int AS n
    FROM unnest(${ids}::int[], ${slugs}::text[]) AS w(machine_id, slug)
    JOIN public.signal s ON s.machine_id = w.machine_id AND s.slug = w.slug
    GROUP BY s.machine_id`;
  const present = new Map(counts.map(({ machineId, n }) => [machineId, n]));
  const complete = new Set(
    known
      .filter(({ machineId, signals }) => (present.get(machineId) ?? 0) >= (signals?.length ?? 0))
      .map(({ machine }) => machine),
  );
  return {
    incomplete: new Set(given.flatMap(({ machine }) => (complete.has(machine) ? [] : [machine]))),
    position: await tellSites(
      sql,
      known.filter(({ machineId }) => changed.has(machineId)),
    ),
  };
}

/** Marks a slice of all announced machines gone; to be repeated until nothing is left. */
export async function markAllGone(
  sql: Sql,
  sinceMs: number,
): Promise<{ marked: number; position: number | null }> {
  const marked = await sql<{ siteId: number; organisationId: number }>`
    UPDATE public.machine AS m SET gone_since = timestamptz 'epoch' + ${sinceMs}::float8 * interval '1 millisecond'
    FROM public.line l JOIN public.area a USING (area_id)
    WHERE l.line_id = m.line_id AND m.machine_id IN (
      SELECT machine_id FROM public.machine WHERE announced AND gone_since IS NULL ORDER BY machine_id LIMIT 1000)
    RETURNING a.site_id AS "siteId", m.organisation_id AS "organisationId"`;
  return { marked: marked.length, position: await tellSites(sql, marked) };
}

export interface KnownNode {
  group: string;
  node: string;
  organisation: string;
}

/** The edge nodes that were ever born, by what named their site and line. */
export function findNodes(sql: Sql, area: string): Promise<KnownNode[]> {
  return sql<KnownNode>`
    SELECT DISTINCT s.slug AS "group", l.slug AS node, o.slug AS organisation
    FROM public.machine m
    JOIN public.line l USING (line_id) JOIN public.area a USING (area_id) JOIN public.site s USING (site_id)
    JOIN public.organisation o ON o.organisation_id = s.organisation_id
    WHERE m.announced AND a.slug = ${area}`;
}

async function findMachines(sql: Sql, given: readonly Presence[]): Promise<Map<string, Found>> {
  const paths = given.map((presence) => presence.machine);
  const organisations = given.map(({ organisation }) => organisation);
  const { site, area, line, machine } = splitPaths(paths);
  const rows = await sql<Found>`
    SELECT w.path, m.machine_id AS "machineId", a.site_id AS "siteId", m.organisation_id AS "organisationId"
    FROM unnest(${paths}::text[], ${organisations}::text[], ${site}::text[], ${area}::text[], ${line}::text[],
                ${machine}::text[]) AS w(path, organisation, site, area, line, machine)
    JOIN public.site s ON s.slug = w.site
    JOIN public.organisation o ON o.organisation_id = s.organisation_id AND o.slug = coalesce(w.organisation, o.slug)
    JOIN public.area a ON a.site_id = s.site_id AND a.slug = w.area
    JOIN public.line l ON l.area_id = a.area_id AND l.slug = w.line
    JOIN public.machine m ON m.line_id = l.line_id AND m.slug = w.machine`;
  return new Map(rows.map((row) => [row.path, row]));
}

function tellSites(
  sql: Sql,
  machines: readonly { siteId: number; organisationId: number }[],
): Promise<number | null> {
  const sites = new Map(machines.map(({ siteId, organisationId }) => [siteId, organisationId]));
  return appendChanges(
    sql,
    [...sites].map(([siteId, organisationId]) => ({
      siteId,
      organisationId,
      kind: 'equipment',
      payload: { siteId },
    })),
  );
}

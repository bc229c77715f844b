import type { Sql } from '../../contracts/database.ts';
import type { Order } from './order-choice.ts';

export interface SiteInfo {
  siteId: number;
  site: string;
  name: string;
  timeZone: string;
  organisationId: number;
  organisation: string;
  simulated: boolean;
}

/** One line of a site's hierarchy; machine and signal are null where a line or machine has none yet. */
export interface EquipmentRow {
  lineId: number;
  area: string;
  line: string;
  machineId: number | null;
  machine: string | null;
  signalId: number | null;
  signal: string | null;
  unit: string | null;
  kind: 'number' | 'boolean' | 'text' | null;
  staleAfterMs: number | null;
  /** Whether age alone makes its value stale. */
  ages: boolean | null;
  /** Epoch milliseconds since when it is known to be gone, only where it does not age. */
  goneSince: number | null;
}

export function loadSites(sql: Sql): Promise<SiteInfo[]> {
  return sql<SiteInfo>`
    SELECT s.site_id AS "siteId", s.slug AS site, s.name, s.time_zone AS "timeZone",
           o.organisation_id AS "organisationId", o.slug AS organisation, o.simulated
    FROM public.site s JOIN public.organisation o USING (organisation_id)
    ORDER BY s.slug`;
}

export function loadEquipment(sql: Sql, siteId: number): Promise<EquipmentRow[]> {
  return sql<EquipmentRow>`
    SELECT l.line_id AS "lineId", a.slug AS area, l.slug AS line, m.machine_id AS "machineId", m.slug AS machine,
           g.signal_id AS "signalId", g.slug AS signal, g.unit, g.kind, g.stale_after_ms AS "staleAfterMs", g.ages,
           CASE WHEN NOT g.ages
             THEN (extract(epoch FROM least(m.gone_since, g.gone_since)) * 1000)::double precision END AS "goneSince"
    FROM public.area a
    JOIN public.line l USING (area_id)
    LEFT JOIN public.machine m USING (line_id)
    LEFT JOIN public.signal g USING (machine_id)
    WHERE a.site_id = ${siteId}::int
    ORDER BY l.line_id, m.machine_id, g.signal_id`;
}

/** Orders of a site's lines that may be the present one, within the next two days. */
export function loadOrders(sql: Sql, siteId: number): Promise<(Order & { lineId: number })[]> {
  return sql<Order & { lineId: number }>`
    SELECT l.line_id AS "lineId", o.slug AS order, o.product, o.quantity,
           (extract(epoch FROM o.planned_from) * 1000)::double precision AS "plannedFrom",
           (extract(epoch FROM o.planned_to) * 1000)::double precision AS "plannedTo",
           o.ideal_cycle_s AS "idealCycleS"
    FROM public.area a
    JOIN public.line l USING (area_id)
    CROSS JOIN LATERAL (
      SELECT * FROM public.production_order
      WHERE line_id = l.line_id AND planned_from <= clock_timestamp() + interval '2 days'
      ORDER BY planned_from DESC LIMIT 50
    ) o
    WHERE a.site_id = ${siteId}::int
    ORDER BY l.line_id, o.planned_from`;
}

/** The sites of signals that are not in the picture yet. */
export async function loadSitesOfSignals(sql: Sql, signalIds: readonly number[]): Promise<number[]> {
  const rows = await sql<{ site_id: number }>`
    SELECT DISTINCT a.site_id
    FROM public.signal g
    JOIN public.machine m USING (machine_id)
    JOIN public.line l USING (line_id)
    JOIN public.area a USING (area_id)
    WHERE g.signal_id = ANY (${signalIds}::int[])`;
  return rows.map((row) => row.site_id);
}

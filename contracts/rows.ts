// Generated from prisma/schema.prisma: change that file, then run "node prisma/generate-rows.mjs".

/** A row of public.organisation. Who owns everything below it; `simulated` marks the demo. */
export interface OrganisationRow {
  organisation_id: number;
  slug: string;
  name: string;
  simulated: boolean;
  created_at: Date;
}

/** A row of public.site. A plant. Its slug is unique in an installation. */
export interface SiteRow {
  site_id: number;
  organisation_id: number;
  slug: string;
  name: string;
  time_zone: string;
  created_at: Date;
}

/** A row of public.area. */
export interface AreaRow {
  area_id: number;
  organisation_id: number;
  site_id: number;
  slug: string;
}

/** A row of public.line. A work centre. */
export interface LineRow {
  line_id: number;
  organisation_id: number;
  area_id: number;
  slug: string;
}

/** A row of public.machine. A work unit. `announced`: its births and deaths are told (Sparkplug B); `gone_since` is null unless it is known gone. */
export interface MachineRow {
  machine_id: number;
  organisation_id: number;
  line_id: number;
  slug: string;
  created_at: Date;
  announced: boolean;
  gone_since: Date | null;
}

/** A row of public.signal. when its machine or itself is gone. */
export interface SignalRow {
  signal_id: number;
  organisation_id: number;
  machine_id: number;
  slug: string;
  unit: string | null;
  kind: string;
  stale_after_ms: number | null;
  created_at: Date;
  ages: boolean;
  gone_since: Date | null;
}

/** A row of public.production_order. */
export interface ProductionOrderRow {
  production_order_id: number;
  organisation_id: number;
  line_id: number;
  slug: string;
  product: string;
  quantity: number;
  planned_from: Date;
  planned_to: Date;
  ideal_cycle_s: number;
  received_at: Date;
}

/** A row of public.change. A fact outside telemetry that pages show, with its position in the ledger. */
export interface ChangeRow {
  position: number;
  organisation_id: number;
  site_id: number | null;
  kind: string;
  payload: unknown;
  at: Date;
}

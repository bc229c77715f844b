import type { Sql } from '../../contracts/database.ts';
import type { Change } from '../append-changes.ts';
import type { PreparedOrder } from './prepared.ts';

/**
 * Stores production orders; a later message of an order replaces it, and an equal one changes nothing.
 * @returns the changes to append, one for each order that is new or different.
 */
export async function storeOrders(sql: Sql, given: readonly PreparedOrder[]): Promise<Change[]> {
  if (given.length === 0) return [];
  const latest = new Map(given.map((order) => [`${order.lineId} ${order.order}`, order]));
  const orders = [...latest.values()];
  const changed = await sql<{ lineId: number; order: string }>`
    INSERT INTO public.production_order AS present
      (organisation_id, line_id, slug, product, quantity, planned_from, planned_to, ideal_cycle_s, received_at)
    SELECT w.organisation_id, w.line_id, w.slug, w.product, w.quantity,
           timestamptz 'epoch' + w.from_ms * interval '1 millisecond',
           timestamptz 'epoch' + w.to_ms * interval '1 millisecond', w.ideal_cycle_s,
           timestamptz 'epoch' + w.received_ms * interval '1 millisecond'
    FROM unnest(
      ${orders.map((order) => order.organisationId)}::int[],
      ${orders.map((order) => order.lineId)}::int[],
      ${orders.map((order) => order.order)}::text[],
      ${orders.map((order) => order.product)}::text[],
      ${orders.map((order) => order.quantity)}::float8[],
      ${orders.map((order) => order.plannedFromMs)}::float8[],
      ${orders.map((order) => order.plannedToMs)}::float8[],
      ${orders.map((order) => order.idealCycleS)}::float8[],
      ${orders.map((order) => order.receivedAtMs)}::float8[]
    ) AS w(organisation_id, line_id, slug, product, quantity, from_ms, to_ms, ideal_cycle_s, received_ms)
    ON CONFLICT (line_id, slug) DO UPDATE SET
      product = excluded.product, quantity = excluded.quantity, planned_from = excluded.planned_from,
      planned_to = excluded.planned_to, ideal_cycle_s = excluded.ideal_cycle_s, received_at = excluded.received_at
    -- What comes late, or out of the dead letters, must not replace what came after it.
    WHERE present.received_at <= excluded.received_at AND (present.product, present.quantity, present.planned_from, present.planned_to, present.ideal_cycle_s)
      IS DISTINCT FROM
      (excluded.product, excluded.quantity, excluded.planned_from, excluded.planned_to, excluded.ideal_cycle_s)
    RETURNING line_id AS "lineId", slug AS "order"`;
  return changed.flatMap(({ lineId, order }) => {
    const stored = latest.get(`${lineId} ${order}`);
    if (stored === undefined) return [];
    const { organisationId, siteId } = stored;
    return [{ organisationId, siteId, kind: 'order', payload: { siteId, lineId, order } } satisfies Change];
  });
}

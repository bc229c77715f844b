import type { Sql } from '../contracts/database.ts';

export interface Change {
  organisationId: number;
  siteId: number;
  kind: 'equipment' | 'order';
  payload: Record<string, string | number | null>;
}

/**
 * Appends to `public.change`, each with a position of its own. It locks the head row, so it must be the last thing a
 * transaction does.
 * @returns the last position taken, null when there was nothing to append.
 */
export async function appendChanges(sql: Sql, changes: readonly Change[]): Promise<number | null> {
  if (changes.length === 0) return null;
  const rows = await sql<{ position: number }>`
    WITH head AS (
      UPDATE telemetry.head SET position = position + ${changes.length}::int RETURNING position
    )
    INSERT INTO public.change (position, organisation_id, site_id, kind, payload)
    SELECT head.position - ${changes.length}::int + c.n, c.organisation_id, c.site_id, c.kind, c.payload::jsonb
    FROM head, unnest(
      ${changes.map((change) => change.organisationId)}::int[],
      ${changes.map((change) => change.siteId)}::int[],
      ${changes.map((change) => change.kind)}::text[],
      ${changes.map((change) => JSON.stringify(change.payload))}::text[]
    ) WITH ORDINALITY AS c(organisation_id, site_id, kind, payload, n)
    RETURNING position`;
  return rows.reduce((highest, row) => Math.max(highest, row.position), 0);
}

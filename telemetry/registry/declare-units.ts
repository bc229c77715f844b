import type { Sql } from '../../contracts/database.ts';
import { appendChanges } from '../append-changes.ts';
import { findSignals, type FoundSignal } from './find-signals.ts';

/** Sets the units of signals that have none yet; what another writer declared first stays. */
export async function declareUnits(
  sql: Sql,
  declared: readonly { signal: FoundSignal; unit: string }[],
): Promise<{ found: FoundSignal[]; position: number | null }> {
  await sql`
    UPDATE public.signal SET unit = w.unit
    FROM unnest(${declared.map(({ signal }) => signal.signalId)}::int[], ${declared.map(({ unit }) => unit)}::text[])
      AS w(signal_id, unit)
    WHERE signal.signal_id = w.signal_id AND signal.unit IS NULL`;
  const found = await findSignals(
    sql,
    declared.map(({ signal }) => signal.path),
  );
  const sites = new Map(declared.map(({ signal }) => [signal.siteId, signal.organisationId]));
  const position = await appendChanges(
    sql,
    [...sites].map(([siteId, organisationId]) => ({
      siteId,
      organisationId,
      kind: 'equipment',
      payload: { siteId },
    })),
  );
  return { found, position };
}

import type { Database } from '../../contracts/database.ts';
import type { LedgerTotal } from '../app-context.ts';

/** The ledger's sums over all time and all organisations: what the tables must equal (guarantee 3). */
export async function ledgerTotal(database: Database): Promise<LedgerTotal> {
  const rows = await database.transaction(
    { role: 'sentia_reader' },
    (sql) => sql<{ [Name in keyof LedgerTotal]: number | null }>`
      SELECT messages, received, stored, duplicate, conflict, dead_lettered AS "deadLettered"
      FROM telemetry.ledger_total`,
  );
  const sums = rows[0];
  return {
    messages: sums?.messages ?? 0,
    received: sums?.received ?? 0,
    stored: sums?.stored ?? 0,
    duplicate: sums?.duplicate ?? 0,
    conflict: sums?.conflict ?? 0,
    deadLettered: sums?.deadLettered ?? 0,
  };
}

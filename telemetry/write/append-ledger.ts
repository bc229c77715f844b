import type { Sql } from '../../contracts/database.ts';
import type { Outcome } from '../account.ts';
import type { Lane } from '../message.ts';

/** An organisation was removed while its signals were still known: nothing of the batch may be stored under old ids. */
export class OrganisationGone extends Error {
  override readonly name = 'OrganisationGone';
}

export interface LedgerRow extends Outcome {
  batchId: string;
  writer: string;
  lane: Lane;
  messages: number;
  received: number;
  packed: Uint8Array;
}

/**
 * Takes the next position and writes the batch's ledger row. The head row stays locked until the commit, so nothing but the
 * marking of late hours comes after it in a transaction.
 * @returns the position, and the time in µs before which readings count as late for the rollups.
 * @throws OrganisationGone
 */
export async function appendLedger(
  sql: Sql,
  row: LedgerRow,
  organisationIds: readonly number[],
): Promise<{ position: number; rolledTo: number }> {
  const [taken] = await sql<{ position: number; rolledTo: number }>`
    WITH head AS (
      UPDATE telemetry.head SET position = position + 1
      WHERE (SELECT count(*) FROM public.organisation WHERE organisation_id = ANY(${organisationIds}::int[]))
        = ${organisationIds.length}::int
      RETURNING position, rolled_to
    ), noted AS (
      INSERT INTO telemetry.ingest_batch
        (position, batch_id, writer, lane, messages, received, stored, duplicate, conflict, dead_lettered, packed)
      SELECT head.position, ${row.batchId}::uuid, ${row.writer}, ${row.lane}, ${row.messages}::int, ${row.received}::int,
             ${row.stored}::int, ${row.duplicate}::int, ${row.conflict}::int, ${row.deadLettered}::int, ${row.packed}::bytea
      FROM head
    )
    SELECT position, rolled_to AS "rolledTo" FROM head`;
  if (taken === undefined) throw new OrganisationGone('an organisation of this batch was removed');
  return taken;
}

export interface CommittedBatch extends Outcome {
  position: number;
  received: number;
}

/** @returns what a batch came to, when its transaction committed although nobody heard of it. */
export async function findBatch(sql: Sql, batchId: string): Promise<CommittedBatch | null> {
  const [row] = await sql<CommittedBatch>`
    SELECT position, received, stored, duplicate, conflict, dead_lettered AS "deadLettered"
    FROM telemetry.ingest_batch WHERE batch_id = ${batchId}::uuid`;
  return row ?? null;
}

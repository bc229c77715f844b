import type { Database } from '../../contracts/database.ts';
import { appendChanges } from '../append-changes.ts';
import type { Lane } from '../message.ts';
import { appendLedger, type CommittedBatch } from './append-ledger.ts';
import { pack, packNow } from './pack.ts';
import type { Prepared } from './prepared.ts';
import { storeLetters } from './store-letters.ts';
import { storeOrders } from './store-orders.ts';
import { storeNumbers, storeTexts } from './store-rows.ts';

/**
 * The one transaction of a batch: readings, dead letters, orders, and last the head row with the ledger row. It must
 * never leave the ledger saying anything that the tables do not hold.
 */
export async function commitBatch(
  database: Database,
  prepared: Prepared,
  batch: { batchId: string; writer: string; lane: Lane },
): Promise<CommittedBatch> {
  const { messages, received, refused, organisationIds } = prepared;
  const packedAll = await pack(prepared);
  return database.transaction({ role: 'sentia_writer' }, async (sql) => {
    const numbers = await storeNumbers(sql, prepared.numbers);
    const texts = await storeTexts(sql, prepared.texts);
    const conflicts = [...prepared.conflicts, ...numbers.conflicts, ...texts.conflicts];
    await storeLetters(sql, [...refused, ...conflicts], batch.writer);
    const changes = await storeOrders(sql, prepared.orders);
    const stored = numbers.rows.ids.length + texts.rows.ids.length;
    const all = stored === prepared.numbers.ids.length + prepared.texts.ids.length;
    const outcome = {
      stored,
      duplicate: prepared.duplicate + numbers.duplicate + texts.duplicate,
      conflict: conflicts.length,
      deadLettered: refused.length,
    };
    const packed = all ? packedAll : packNow({ numbers: numbers.rows, texts: texts.rows });
    await appendChanges(sql, changes);
    const row = { ...batch, ...outcome, messages, received, packed };
    return { ...outcome, received, position: await appendLedger(sql, row, organisationIds) };
  });
}

import type { Database } from '../../contracts/database.ts';
import { appendChanges } from '../append-changes.ts';
import type { Lane, TakenMessage } from '../message.ts';
import { settleReplays } from '../replay/settle-replays.ts';
import { appendLedger, type CommittedBatch } from './append-ledger.ts';
import type { CopyChoice, Way } from './copy-choice.ts';
import { markLateHours } from './mark-late-hours.ts';
import { pack, packNow } from './pack.ts';
import type { Letter, Prepared, Source } from './prepared.ts';
import { storeLetters } from './store-letters.ts';
import { storeOrders } from './store-orders.ts';
import { storeNumbers, storeTexts } from './store-rows.ts';

type Batch = { batchId: string; writer: string; lane: Lane };

/** Stores a batch in one transaction; where copying it meets rows that stand already, in a further one the slower way. */
export async function commitBatch(
  database: Database,
  prepared: Prepared,
  batch: Batch,
  choice: CopyChoice,
): Promise<CommittedBatch> {
  const packed = await pack(prepared);
  const commit = (way: Way) => commitOnce(database, prepared, batch, packed, way);
  const way =
    database.engine === 'embedded' ? 'insert' : choice.wayOf(batch.lane, prepared.numbers.ids.length);
  try {
    const committed = await commit(way);
    if (way === 'copy') choice.copied(batch.lane);
    return committed;
  } catch (error) {
    if (way === 'insert' || !isUniqueViolation(error)) throw error;
    if (way === 'copy') choice.metRows(batch.lane);
  }
  if (way === 'look' || choice.whenMet === 'insert') return commit('insert');
  return commit('look').catch((error: unknown) => {
    // Another writer stored one of them in between.
    if (isUniqueViolation(error)) return commit('insert');
    throw error;
  });
}

/**
 * The one transaction of a batch: readings, dead letters, orders, and last the head row with the ledger row, which tells
 * the time before which readings are late for the rollups. It must
 * never leave the ledger saying anything that the tables do not hold.
 */
async function commitOnce(
  database: Database,
  prepared: Prepared,
  batch: Batch,
  packedAll: Uint8Array,
  way: Way,
): Promise<CommittedBatch> {
  const { messages, organisationIds } = prepared;
  const [refused, refusedAgain] = splitReplayed(prepared.refused);
  return database.transaction({ role: 'sentia_writer' }, async (sql) => {
    const numbers = await storeNumbers(sql, prepared.numbers, way);
    const texts = await storeTexts(sql, prepared.texts);
    const allConflicts = [...prepared.conflicts, ...numbers.conflicts, ...texts.conflicts];
    const [conflicts, conflictsAgain] = splitReplayed(allConflicts);
    await storeLetters(sql, [...refused, ...conflicts], batch.writer);
    const again = [...refusedAgain, ...conflictsAgain];
    const storedBy = storedByMessage(prepared, numbers.rows.sources, texts.rows.sources);
    await settleReplays(sql, prepared.replayed, storedBy, again);
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
    // What a replay is refused again was received and counted when its letter was written.
    const received = prepared.received - again.length;
    const row = { ...batch, ...outcome, messages, received, packed };
    const { position, rolledTo } = await appendLedger(sql, row, organisationIds);
    await markLateHours(sql, numbers.rows, rolledTo);
    return { ...outcome, received, position };
  });
}

/** @returns the new letters, and those of replays: their letter is there already. */
function splitReplayed(letters: readonly Letter[]): [fresh: Letter[], again: Letter[]] {
  const fresh = letters.filter(({ message }) => message.replay === null);
  if (fresh.length === letters.length) return [fresh, []];
  return [fresh, letters.filter(({ message }) => message.replay !== null)];
}

/** How many rows were stored of each replayed message. */
function storedByMessage(
  { replayed }: Prepared,
  ...stored: readonly (readonly Source[])[]
): Map<TakenMessage, number> {
  const counts = new Map<TakenMessage, number>();
  if (replayed.length === 0) return counts;
  for (const { part } of stored.flat()) {
    if (part.message.replay === null) continue;
    counts.set(part.message, (counts.get(part.message) ?? 0) + 1);
  }
  return counts;
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

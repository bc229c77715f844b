import type { Database } from '../contracts/database.ts';
import type { Chunks } from './chunks/chunks.ts';
import type { Lane, Part } from './message.ts';
import type { Registry } from './registry/registry.ts';
import { findBatch, type CommittedBatch } from './write/append-ledger.ts';
import { commitBatch } from './write/commit-batch.ts';
import { createCopyChoice } from './write/copy-choice.ts';
import { judgeFailure } from './write/judge-failure.ts';
import { prepareBatch } from './write/prepare-batch.ts';

// One try to store a batch. It must never store a batch of which it cannot say whether it is stored already.

export interface Batch {
  batchId: string;
  lane: Lane;
  parts: readonly Part[];
  /** Whether a transaction may have committed unheard: then the ledger is asked first. */
  uncertain: boolean;
  /** How often it was tried. */
  tries: number;
}

/** `refused`: its data cannot be stored as they are. `failed`: another time. */
export type StoreResult =
  | { kind: 'committed'; committed: CommittedBatch }
  | { kind: 'refused'; error: unknown }
  | { kind: 'failed'; error: unknown };

const PREPARE_TRIES = 5;

export function createStore(deps: {
  database: Database;
  registry: Registry;
  chunks: Chunks;
  writer: string;
  defaultOrganisation: string;
}): (batch: Batch) => Promise<StoreResult> {
  const { database, registry, writer } = deps;
  const copyChoice = createCopyChoice(database.timescale ? 'insert' : 'look');

  return async (batch) => {
    const { batchId, lane, parts } = batch;
    let prepared = false;
    batch.tries++;
    try {
      const found = batch.uncertain
        ? await database.transaction({ role: 'sentia_writer' }, (sql) => findBatch(sql, batchId))
        : null;
      if (found !== null) return { kind: 'committed', committed: found };
      batch.uncertain = true;
      const rows = await prepareBatch(parts, deps);
      prepared = true;
      const committed = await commitBatch(database, rows, { batchId, writer, lane }, copyChoice);
      return { kind: 'committed', committed };
    } catch (error) {
      const failure = judgeFailure(error);
      // While names and chunks are made another writer may be in the way; in the transaction itself data are at fault.
      const atFault = prepared || batch.tries >= PREPARE_TRIES;
      const refusable = parts.some(({ readings, orders }) => readings.length + orders.length > 0);
      if (failure === 'data' && atFault && refusable) return { kind: 'refused', error };
      if (failure !== 'removed') return { kind: 'failed', error };
      return registry.reload().then(
        () => ({ kind: 'failed', error }),
        (reloadError: unknown) => ({ kind: 'failed', error: reloadError }),
      );
    }
  };
}

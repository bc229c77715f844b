import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../contracts/clock.ts';
import type { Part } from '../message.ts';
import type { Batch, StoreResult } from '../store-batch.ts';
import type { CommittedBatch } from '../write/append-ledger.ts';
import type { Spool, SpooledGroup } from './spool.ts';

// Brings what was spooled to the database, group by group, each in its turn behind the live batch that waits. It must
// never let a group go before the ledger has it, nor store one under two batch ids.

export interface Drain {
  /** There is something in the spool. */
  wake(): void;
  /** Resolves when no group is being stored. */
  stop: () => Promise<void>;
}

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;
/** Readings in one transaction: as many as a late batch, since a live one may have to wait for it. */
const GROUP_READINGS = 2_000;

export function startDrain(deps: {
  spool: Spool;
  clock: Clock;
  log: Logger;
  /** Stores a batch in its turn. */
  store: (batch: Batch) => Promise<StoreResult>;
  split: (batch: Batch, refusal: unknown) => Part[][];
  /** A group is in the database. */
  onStored: (parts: readonly Part[], outcomes: readonly CommittedBatch[]) => void;
}): Drain {
  const { spool, clock, log, store, split, onStored } = deps;
  let stopping = false;
  let idle = false;
  let endWait = () => {};
  let triedSequence = 0;

  /** null waits until woken. */
  function wait(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === null ? () => {} : clock.after(ms, resolve);
      endWait = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Stores a batch, in halves where the database refuses it; null when it has to be tried again. */
  async function storeAll(batch: Batch): Promise<CommittedBatch[] | null> {
    const result = await store(batch);
    if (result.kind === 'failed') return null;
    if (result.kind === 'committed') return [result.committed];
    const outcomes: CommittedBatch[] = [];
    for (const [i, parts] of split(batch, result.error).entries()) {
      // The same id each time it is tried, after a restart too, so that none is stored twice.
      const half = { ...batch, parts, batchId: derivedId(batch.batchId, i), uncertain: true, tries: 0 };
      const stored = await storeAll(half);
      if (stored === null) return null;
      outcomes.push(...stored);
    }
    return outcomes;
  }

  async function drainGroup(group: SpooledGroup): Promise<boolean> {
    const { batchId, lastSequence } = group;
    const uncertain = group.uncertain || triedSequence === lastSequence;
    triedSequence = lastSequence;
    const parts = group.parts.map((part) => ({ ...part, done: () => undefined }));
    const outcomes = await storeAll({ batchId, lane: 'late', parts, uncertain, tries: 0 });
    if (outcomes === null) return false;
    await spool.remove(group);
    onStored(parts, outcomes);
    return true;
  }

  async function drain(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!stopping) {
      try {
        const group = await spool.next(GROUP_READINGS);
        if (group === null) {
          idle = spool.status().batches === 0;
          if (idle) await wait(null);
          idle = false;
          continue;
        }
        if (await drainGroup(group)) {
          retryMs = FIRST_RETRY_MS;
          continue;
        }
      } catch (error) {
        log.error({ err: error }, 'the spool cannot be read or emptied; it is tried again');
      }
      if (!stopping) await wait(retryMs);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }

  const drained = drain();
  return {
    wake: () => {
      if (idle) endWait();
    },
    stop: async () => {
      stopping = true;
      endWait();
      await drained;
    },
  };
}

/** A UUID (version 8) that is always the same for the half of a batch. */
function derivedId(batchId: string, half: number): string {
  const hash = createHash('sha256').update(`${batchId}/${half}`).digest('hex');
  return hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
}

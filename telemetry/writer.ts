import { randomUUID } from 'node:crypto';
import type { Clock } from '../contracts/clock.ts';
import type { Database } from '../contracts/database.ts';
import type { Logger } from 'pino';
import type { Account } from './account.ts';
import type { Chunks } from './chunks/chunks.ts';
import type { Lane, Part } from './message.ts';
import type { Registry } from './registry/registry.ts';
import { findBatch, type CommittedBatch } from './write/append-ledger.ts';
import { commitBatch } from './write/commit-batch.ts';
import { halve } from './write/halve.ts';
import { judgeFailure } from './write/judge-failure.ts';
import { prepareBatch } from './write/prepare-batch.ts';
import { refusedByDatabase } from './write/refusals.ts';

// Stores batches one after the other and tells their messages when they are durable. It must never settle a message
// before its COMMIT was answered or its batch found in the ledger, and never give a batch up.

export interface Writer {
  /** Resolves when all parts are durable, however long the database is away. Never rejects. */
  write: (lane: Lane, parts: Part[]) => Promise<void>;
  readonly status: WriterHealth;
}

export interface WriterHealth {
  batches: number;
  lastReadings: number;
  lastCommitMs: number;
  /** What the database said last, null once a transaction went well. */
  databaseError: string | null;
}

const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;
const PREPARE_TRIES = 5;

interface Batch {
  batchId: string;
  lane: Lane;
  /** Whether the last try got as far as the transaction that stores. */
  prepared: boolean;
}

export function createWriter(deps: {
  database: Database;
  clock: Clock;
  log: Logger;
  registry: Registry;
  chunks: Chunks;
  account: Account;
  writer: string;
  defaultOrganisation: string;
  onPosition: (position: number) => void;
}): Writer {
  const { database, clock, log, registry, account, writer } = deps;
  const status: WriterHealth = { batches: 0, lastReadings: 0, lastCommitMs: 0, databaseError: null };

  /** One try: looks the batch up when an earlier COMMIT may have happened unheard, else prepares and commits it. */
  async function attempt(batch: Batch, parts: Part[], earlierFailed: boolean): Promise<CommittedBatch> {
    const found = earlierFailed
      ? await database.transaction({ role: 'sentia_writer' }, (sql) => findBatch(sql, batch.batchId))
      : null;
    if (found !== null) return found;
    batch.prepared = false;
    const prepared = await prepareBatch(parts, deps);
    batch.prepared = true;
    return commitBatch(database, prepared, { batchId: batch.batchId, writer, lane: batch.lane });
  }

  /** Tries until the batch is stored; gives the error back when its data cannot be stored as they are. */
  async function store(lane: Lane, parts: Part[]): Promise<CommittedBatch | { refusal: unknown }> {
    const batch: Batch = { batchId: randomUUID(), lane, prepared: false };
    const refusable = parts.some(({ readings, orders }) => readings.length + orders.length > 0);
    let retryMs = FIRST_RETRY_MS;
    for (let tries = 1; ; tries++) {
      const startedAtMs = clock.now();
      try {
        const committed = await attempt(batch, parts, tries > 1);
        if (status.databaseError !== null) log.info({ tries }, 'the database takes batches again');
        status.databaseError = null;
        status.lastCommitMs = clock.now() - startedAtMs;
        return committed;
      } catch (error) {
        const failure = judgeFailure(error);
        // While names and chunks are made another writer may be in the way; in the transaction itself data are at fault.
        const atFault = batch.prepared || tries >= PREPARE_TRIES;
        if (failure === 'data' && atFault && refusable) return { refusal: error };
        if (failure === 'removed') await lookAgain();
        noteFailure(error);
      }
      await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }

  function noteFailure(error: unknown): void {
    const said = error instanceof Error ? error.message : String(error);
    if (status.databaseError !== said) log.error({ err: error }, 'a batch waits for the database');
    status.databaseError = said;
  }

  async function lookAgain(): Promise<void> {
    try {
      await registry.reload();
    } catch (error) {
      noteFailure(error);
    }
  }

  function settle(parts: readonly Part[], committed: CommittedBatch): void {
    status.batches++;
    status.lastReadings = committed.received;
    account.committed(committed, committed.received - parts.reduce((sum, part) => sum + part.counted, 0));
    for (const part of parts) part.message.payloadKept ||= part.refusals.length > 0;
    deps.onPosition(committed.position);
    for (const part of parts) part.done();
  }

  async function write(lane: Lane, parts: Part[]): Promise<void> {
    const stored = await store(lane, parts);
    if (!('refusal' in stored)) {
      settle(parts, stored);
      return;
    }
    const said = stored.refusal instanceof Error ? stored.refusal.message : String(stored.refusal);
    log.warn(
      { err: stored.refusal, lane, parts: parts.length },
      'the database refused data of a batch; looking for them',
    );
    const halves = halve(parts, refusedByDatabase(said));
    for (const half of halves) await write(lane, half);
  }

  return { write, status };
}

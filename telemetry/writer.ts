import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../contracts/clock.ts';
import type { Account } from './account.ts';
import type { Lane, Part } from './message.ts';
import { startDrain } from './spool/drain-spool.ts';
import type { Spool, SpooledPart } from './spool/spool.ts';
import type { Batch, StoreResult } from './store-batch.ts';
import { createTurns } from './take-turns.ts';
import type { CommittedBatch } from './write/append-ledger.ts';
import { halve } from './write/halve.ts';
import { refusedByDatabase } from './write/refusals.ts';

// Makes batches durable and tells their messages so: in the database, or in the spool while the database is away or
// slow. It must never settle a message before its COMMIT was answered, its batch found in the ledger or its spool
// record synced, and never give a batch up.

export interface Writer {
  /** Resolves when all parts are durable, however long that takes. Never rejects. */
  write: (lane: Lane, parts: Part[]) => Promise<void>;
  /** Resolves when nothing of the spool is being stored; what is left there waits for the next start. */
  stop: () => Promise<void>;
  readonly status: WriterHealth;
}

export interface WriterHealth {
  batches: number;
  lastReadings: number;
  lastCommitMs: number;
  /** What the database said last, null once a transaction went well. */
  databaseError: string | null;
}

/** How long a batch may wait for the database before it goes to the spool. */
const PATIENCE_MS = 1_000;
/** While the database is away, how often a batch tries it all the same. */
const PROBE_EVERY_MS = 5_000;
const FIRST_RETRY_MS = 50;
const MAX_RETRY_MS = 1_000;

export function createWriter(deps: {
  clock: Clock;
  log: Logger;
  account: Account;
  store: (batch: Batch) => Promise<StoreResult>;
  /** null: batches wait for the database, however long it is away. */
  spool: Spool | null;
  onPosition: (position: number) => void;
}): Writer {
  const { clock, log, account, spool } = deps;
  const status: WriterHealth = { batches: 0, lastReadings: 0, lastCommitMs: 0, databaseError: null };
  const inTurn = createTurns();
  /** Until then what comes goes to the spool at once, since the database did not take what came before. */
  let awayUntilMs = 0;

  async function store(batch: Batch): Promise<StoreResult> {
    const startedAtMs = clock.now();
    const result = await deps.store(batch);
    if (result.kind === 'failed') noteFailure(result.error);
    else if (status.databaseError !== null) {
      log.info('the database takes batches again');
      status.databaseError = null;
    }
    if (result.kind === 'committed') {
      status.lastCommitMs = clock.now() - startedAtMs;
      awayUntilMs = 0;
    }
    return result;
  }

  function noteFailure(error: unknown): void {
    const said = error instanceof Error ? error.message : String(error);
    if (status.databaseError !== said) log.error({ err: error }, 'a batch waits for the database');
    status.databaseError = said;
  }

  function count(parts: readonly SpooledPart[], outcomes: readonly CommittedBatch[]): void {
    const received = outcomes.reduce((sum, outcome) => sum + outcome.received, 0);
    const counted = parts.reduce((sum, part) => sum + part.counted, 0);
    status.lastReadings = received;
    for (const [i, outcome] of outcomes.entries()) {
      status.batches++;
      account.committed(outcome, i === 0 ? received - counted : 0);
      deps.onPosition(outcome.position);
    }
  }

  function settle(parts: readonly Part[], committed: CommittedBatch): void {
    count(parts, [committed]);
    for (const part of parts) part.message.payloadKept ||= part.refusals.length > 0;
    for (const part of parts) part.done();
  }

  function split({ lane, parts }: Batch, refusal: unknown): Part[][] {
    const said = refusal instanceof Error ? refusal.message : String(refusal);
    const size = parts.length;
    log.warn({ err: refusal, lane, parts: size }, 'the database refused data of a batch; looking for them');
    return halve(parts, refusedByDatabase(said));
  }

  const drain =
    spool === null
      ? null
      : startDrain({
          spool,
          clock,
          log,
          split,
          onStored: count,
          store: (batch) => inTurn(() => store(batch)),
        });

  /** Tries in turn until the database takes or refuses it; null when `isOver` says that nobody waits any more. */
  function storeUntil(batch: Batch, isOver: () => boolean): Promise<StoreResult | null> {
    return inTurn(async () => {
      for (let retryMs = FIRST_RETRY_MS; !isOver(); retryMs = Math.min(retryMs * 2, MAX_RETRY_MS)) {
        const result = await store(batch);
        if (result.kind !== 'failed') return result;
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
      return null;
    });
  }

  /** @returns whether the batch is on disk; its messages are settled then. */
  async function toSpool(batch: Batch): Promise<boolean> {
    if (spool === null) return false;
    const { problem } = spool.status();
    try {
      await spool.append({ ...batch, parts: batch.parts.map(withoutDone) });
    } catch (error) {
      if (spool.status().problem !== problem) log.error({ err: error }, 'the spool does not take a batch');
      return false;
    }
    if (awayUntilMs === 0) log.warn({ said: status.databaseError }, 'batches go to the spool');
    if (awayUntilMs <= clock.now()) awayUntilMs = clock.now() + PROBE_EVERY_MS;
    drain?.wake();
    for (const part of batch.parts) part.done();
    return true;
  }

  /** The database's answer; null when it did not come in time and the spool has the batch. */
  async function storeInTime(batch: Batch): Promise<StoreResult | null> {
    if (spool === null) return storeUntil(batch, () => false);
    for (;;) {
      if (clock.now() < awayUntilMs && (await toSpool(batch))) return null;
      let over = false;
      let cancel = () => {};
      const patience = new Promise<'over'>((resolve) => {
        cancel = clock.after(PATIENCE_MS, () => resolve('over'));
      });
      const trying = storeUntil(batch, () => over);
      const inTime = await Promise.race([trying, patience]);
      cancel();
      if (inTime !== 'over') return inTime;
      over = true;
      status.databaseError ??= `a batch was not stored within ${PATIENCE_MS} ms`;
      // What is under way may still commit: the drain asks the ledger for it.
      if (await toSpool(batch)) return null;
      // Neither takes it: what is under way may, else all begins anew.
      const late = await trying;
      if (late !== null) return late;
    }
  }

  async function write(lane: Lane, parts: Part[]): Promise<void> {
    const batch: Batch = { batchId: randomUUID(), lane, parts, uncertain: false, tries: 0 };
    const result = await storeInTime(batch);
    if (result?.kind === 'committed') settle(parts, result.committed);
    if (result?.kind !== 'refused') return;
    for (const half of split(batch, result.error)) await write(lane, half);
  }

  return { write, status, stop: async () => drain?.stop() };
}

function withoutDone({ done: _, ...kept }: Part): SpooledPart {
  return kept;
}

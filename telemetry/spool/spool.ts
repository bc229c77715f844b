import type { Part } from '../message.ts';

/** What is kept of a part: all but whom to tell. */
export type SpooledPart = Omit<Part, 'done'>;

export interface SpooledBatch {
  batchId: string;
  /** Whether its transaction was begun and may have committed unheard. */
  uncertain: boolean;
  parts: readonly SpooledPart[];
}

/** The oldest batches, to be stored by one transaction. */
export interface SpooledGroup {
  batchId: string;
  /** Whether a transaction with this batch id may have committed already. */
  uncertain: boolean;
  parts: SpooledPart[];
  /** The last batch of the group. */
  lastSequence: number;
}

/** The spool holds as much as it may. */
export class SpoolFull extends Error {
  override readonly name = 'SpoolFull';
}

export interface SpoolStatus {
  /** As the accounting counts. */
  readings: number;
  messages: number;
  batches: number;
  bytes: number;
  maxBytes: number;
  /** When the oldest message in it arrived; epoch milliseconds, null while it is empty. */
  oldestAtMs: number | null;
  /** Records that could not be read back; they are kept aside and are not counted as readings. */
  damaged: number;
  /** What the disk said last; null once it took a batch again. */
  problem: string | null;
}

/** Batches on this machine's disk while the database is away, in order of arrival. */
export interface Spool {
  /**
   * Resolves when the batch is on disk for good (fsync).
   * @throws SpoolFull, or what the disk says
   */
  append(batch: SpooledBatch): Promise<void>;
  /**
   * The oldest batches, at most `maxReadings` readings unless one alone holds more; the same ones under the same batch
   * id until they are removed, also after a restart. null when there are none.
   */
  next(maxReadings: number): Promise<SpooledGroup | null>;
  /** Lets go of a group that the database has stored. */
  remove(group: SpooledGroup): Promise<void>;
  status(): SpoolStatus;
  close(): Promise<void>;
}

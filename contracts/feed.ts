import { z } from 'zod';
import { deadLetterTotalsSchema } from './api/dead-letters.ts';
import { accountingSchema } from './accounting.ts';

/** A way in for telemetry as a page shows it. `lastMessageAt` is epoch ms of the newest message, null before the first. */
export const feedStatusSchema = z.object({
  name: z.string(),
  kind: z.enum(['mqtt', 'embedded']),
  /** The broker's address without credentials, e.g. `mqtt://127.0.0.1:1883`. */
  address: z.string(),
  connected: z.boolean(),
  /** Why it is not connected, for people. */
  detail: z.string().nullable(),
  since: z.number(),
  lastMessageAt: z.number().nullable(),
  /** Connected publishers where the broker is ours, else null. */
  clients: z.number().int().nullable(),
});
export type FeedStatus = z.infer<typeof feedStatusSchema>;

/** Work that a writer repeats beside ingest: rollups, retention, upkeep. Times are epoch ms. */
export const jobStatusSchema = z.object({
  name: z.string(),
  everyMs: z.number(),
  /** null before the first success. */
  lastOkAt: z.number().nullable(),
  /** null when the last run went well. */
  failure: z.object({ since: z.number(), message: z.string() }).nullable(),
});
export type JobStatus = z.infer<typeof jobStatusSchema>;

/** What waits on a writer's disk while the database is away or slow. */
export const spoolStatusSchema = z.object({
  /** As the accounting counts; they are part of what is in flight. */
  readings: z.number().int(),
  bytes: z.number().int(),
  /** SENTIA_SPOOL_MB; beyond, QoS 1 waits at the broker and QoS 0 is shed. */
  maxBytes: z.number().int(),
  /** When the oldest message in it arrived; epoch milliseconds, null while it is empty. */
  oldestAt: z.number().nullable(),
  /** Records that could not be read back after a start, kept aside. */
  damaged: z.number().int(),
  /** What the disk said last, null when it takes batches. */
  problem: z.string().nullable(),
});
export type SpoolStatus = z.infer<typeof spoolStatusSchema>;

/** What a writer tells about itself once a second beside the bell; `/metrics`, `/healthz` and the data page show it. */
export const writerStatusSchema = z.object({
  writer: z.string(),
  at: z.number(),
  startedAt: z.number(),
  feeds: z.array(feedStatusSchema),
  accounting: accountingSchema,
  /** Readings a second over the last 10 s. */
  readingsPerS: z.number(),
  batches: z.object({
    count: z.number().int(),
    /** Which condition flushed, since start. */
    byCount: z.number().int(),
    byBytes: z.number().int(),
    byAge: z.number().int(),
    bySilence: z.number().int(),
    lastReadings: z.number().int(),
    lastCommitMs: z.number(),
  }),
  /** Readings waiting in memory and the bound. */
  buffered: z.number().int(),
  maxBuffered: z.number().int(),
  spool: spoolStatusSchema,
  /** null when the last transaction went well, else what the database said. */
  databaseError: z.string().nullable(),
  /** Rows that stand in a default partition (native engine); should be 0. */
  strays: z.number().int(),
  /** Creations of unknown machines and signals refused by the hourly bound. */
  creationsRefused: z.number().int(),
  jobs: z.array(jobStatusSchema).default([]),
  /** As this writer last counted them; absent until it has. */
  deadLetters: deadLetterTotalsSchema.optional(),
});
export type WriterStatus = z.infer<typeof writerStatusSchema>;

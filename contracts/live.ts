import { z } from 'zod';
import { feedStatusSchema } from './feed.ts';
import { machineStateSchema } from './machine-state.ts';
import { qualitySchema } from './quality.ts';

/**
 * Events of `GET /api/v1/sites/<site>/live`. Every frame's SSE `id:` is the ledger position up to which it is true.
 * Times are epoch milliseconds.
 */

export const liveSignalSchema = z.object({
  signalId: z.number().int(),
  signal: z.string(),
  unit: z.string().nullable(),
  kind: z.enum(['number', 'boolean', 'text']),
  /** Older than this, the value is stale; null: it does not age, its machine tells when it is gone (Sparkplug B). */
  staleAfterMs: z.number().nullable(),
  /** Known gone since then: stale whatever its age. */
  goneSince: z.number().nullable(),
  /** Shown on the wall board; only these carry a trend. */
  key: z.boolean(),
  at: z.number().nullable(),
  value: z.union([z.number(), z.string()]).nullable(),
  quality: qualitySchema,
  /** The last 15 minutes in 60 steps of 15 s ending with the step that holds `snapshot.at`; the last value of each step, null where there is none. */
  trend: z.array(z.number().nullable()).nullable(),
});
export type LiveSignal = z.infer<typeof liveSignalSchema>;

export const liveMachineSchema = z.object({
  machineId: z.number().int(),
  machine: z.string(),
  state: machineStateSchema,
  reason: z.string().nullable(),
  /** When the state began; null when unknown. */
  since: z.number().nullable(),
  /** States of the last 8 hours, oldest first: [since, state, reason]. The last entry is the present one. */
  states: z.array(z.tuple([z.number(), machineStateSchema, z.string().nullable()])),
  signals: z.array(liveSignalSchema),
});
export type LiveMachine = z.infer<typeof liveMachineSchema>;

export const liveOrderSchema = z.object({
  order: z.string(),
  product: z.string(),
  quantity: z.number(),
  plannedFrom: z.number(),
  plannedTo: z.number(),
  idealCycleS: z.number(),
});

export const liveLineSchema = z.object({
  lineId: z.number().int(),
  area: z.string(),
  line: z.string(),
  /** The order planned for now, else the latest begun; null where there is none. */
  order: liveOrderSchema.nullable(),
  machines: z.array(liveMachineSchema),
});
export type LiveLine = z.infer<typeof liveLineSchema>;

export const beatSchema = z.object({
  /** Server time. */
  at: z.number(),
  position: z.number().int(),
  database: z.object({ ok: z.boolean(), detail: z.string().nullable() }),
  /** Whether the server hears the bell's broker. */
  broker: z.object({ ok: z.boolean(), detail: z.string().nullable() }),
  /** Every feed of every writer heard in the last 10 s; `ageMs` since its writer last spoke; gone = not to be trusted as live. */
  feeds: z.array(feedStatusSchema.extend({ writer: z.string(), ageMs: z.number(), gone: z.boolean() })),
  readingsPerS: z.number(),
  /** false means: no value on this page is live. `reason` says why, for people. */
  live: z.boolean(),
  reason: z.string().nullable(),
});
export type Beat = z.infer<typeof beatSchema>;

export const snapshotSchema = z.object({
  position: z.number().int(),
  at: z.number(),
  site: z.object({
    siteId: z.number().int(),
    site: z.string(),
    name: z.string(),
    timeZone: z.string(),
    organisation: z.string(),
    simulated: z.boolean(),
  }),
  lines: z.array(liveLineSchema),
  beat: beatSchema,
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** [signalId, atMs, value, quality, min?, max?]: the latest per signal since the last frame; min and max where they differ from value. */
export const liveReadingSchema = z.union([
  z.tuple([z.number(), z.number(), z.union([z.number(), z.string()]).nullable(), qualitySchema]),
  z.tuple([z.number(), z.number(), z.number().nullable(), qualitySchema, z.number(), z.number()]),
]);
export type LiveReading = z.infer<typeof liveReadingSchema>;
export const readingsEventSchema = z.array(liveReadingSchema);

export const machineEventSchema = z.object({
  machineId: z.number().int(),
  state: machineStateSchema,
  reason: z.string().nullable(),
  since: z.number().nullable(),
});
export type MachineEvent = z.infer<typeof machineEventSchema>;

/** The page's picture cannot be continued: a `snapshot` follows. */
export const resyncEventSchema = z.object({ reason: z.string() });

export const LIVE_EVENTS = {
  snapshot: snapshotSchema,
  readings: readingsEventSchema,
  machine: machineEventSchema,
  beat: beatSchema,
  resync: resyncEventSchema,
} as const;
export type LiveEventName = keyof typeof LIVE_EVENTS;
export type LiveEvent = {
  [Name in LiveEventName]: { name: Name; position: number; data: z.infer<(typeof LIVE_EVENTS)[Name]> };
}[LiveEventName];

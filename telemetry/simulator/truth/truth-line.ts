import { z } from 'zod';

const ms = z.number().int();
const span = { from: ms, to: ms };

/**
 * One line of the ground truth of a site's day. Times are epoch milliseconds, `to` not included; `machine` is
 * `area/line/machine`, `line` is `area/line`. A file tells its whole day, also what is still to come of it.
 */
export const truthLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('day'),
    site: z.string(),
    date: z.string(),
    timeZone: z.string(),
    seed: z.string(),
    ...span,
  }),
  z.object({
    type: z.literal('order'),
    line: z.string(),
    order: z.string(),
    product: z.string(),
    quantity: z.number(),
    plannedFrom: ms,
    plannedTo: ms,
    idealCycleS: z.number(),
  }),
  /** What went wrong at its source; what it did to the neighbours stands in their segments. */
  z.object({
    type: z.literal('fault'),
    line: z.string(),
    machine: z.string(),
    kind: z.enum(['breakdown', 'wait', 'slow']),
    reason: z.string(),
    driftFrom: ms.nullable(),
    ...span,
  }),
  /** The segments of a machine tile the day; `good` and `reject` are the pieces made in it. */
  z.object({
    type: z.literal('segment'),
    machine: z.string(),
    state: z.enum(['running', 'idle', 'planned_stop', 'breakdown', 'changeover']),
    reason: z.string().nullable(),
    good: z.number().int(),
    reject: z.number().int(),
    idealCycleS: z.number(),
    ...span,
  }),
  /** The counters at the end of the day. */
  z.object({
    type: z.literal('counts'),
    machine: z.string(),
    good: z.number().int(),
    reject: z.number().int(),
  }),
  z.object({
    type: z.literal('anomaly'),
    machine: z.string(),
    signal: z.string(),
    kind: z.enum(['spike', 'step', 'stuck', 'noise']),
    ...span,
  }),
  z.object({ type: z.literal('dropout'), machine: z.string(), signal: z.string(), ...span }),
  /** Nothing of these seconds is ever published. */
  z.object({ type: z.literal('outage'), machine: z.string(), ...span }),
  /** Live messages of these seconds are published at `release` only. */
  z.object({ type: z.literal('late'), machine: z.string(), release: ms, ...span }),
]);
export type TruthLine = z.infer<typeof truthLineSchema>;

import { z } from 'zod';

/**
 * A production order as published on `plants/<site>/<area>/<line>/order`. Times are ISO 8601 with zone or epoch
 * (as readings' `at`); `idealCycleS` is seconds per piece (PRI of ISO 22400-2).
 */
export const orderMessageSchema = z.object({
  order: z.string().min(1).max(100),
  product: z.string().min(1).max(200),
  quantity: z.number().positive(),
  plannedFrom: z.union([z.string(), z.number()]),
  plannedTo: z.union([z.string(), z.number()]),
  idealCycleS: z.number().positive(),
});
export type OrderMessage = z.infer<typeof orderMessageSchema>;

/** The reserved last level: no machine's name. */
export const ORDER_TOPIC_LEVEL = 'order';

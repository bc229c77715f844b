import { z } from 'zod';

export const partStatusSchema = z.enum(['ok', 'starting', 'degraded', 'down']);

/** `GET /healthz`: 200 only when all parts are ok, else 503. Strangers off loopback get `status` only. */
export const healthSchema = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  parts: z
    .record(
      z.string(),
      z.object({ status: partStatusSchema, detail: z.string(), pid: z.number().int().optional() }),
    )
    .optional(),
});
export type Health = z.infer<typeof healthSchema>;
export type PartStatus = z.infer<typeof partStatusSchema>;

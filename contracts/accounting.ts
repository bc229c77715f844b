import { z } from 'zod';

/**
 * Guarantee 3, counted in readings per writer since its start (an undecodable message counts as one reading):
 * received = stored + duplicate + conflict + deadLettered + shed + inFlight, at every moment.
 */
export const accountingSchema = z.object({
  messages: z.number().int(),
  received: z.number().int(),
  stored: z.number().int(),
  duplicate: z.number().int(),
  conflict: z.number().int(),
  deadLettered: z.number().int(),
  shed: z.number().int(),
  inFlight: z.number().int(),
});
export type Accounting = z.infer<typeof accountingSchema>;

/** @returns received minus everything accounted for; anything but 0 is a defect. */
export function unexplained(a: Accounting): number {
  return a.received - a.stored - a.duplicate - a.conflict - a.deadLettered - a.shed - a.inFlight;
}

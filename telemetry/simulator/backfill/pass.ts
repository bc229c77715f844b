import { z } from 'zod';

/**
 * A range of a site's past that is to be told, newest first: what lies below `remainingToS` is still to do. Ranges are
 * seconds since 1970 UTC, `toS` not included.
 */
export const passSchema = z.object({
  site: z.string(),
  density: z.enum(['seconds', 'between', 'minutes']),
  /** Fast ones are what somebody waits for; slow ones keep out of the way. */
  pace: z.enum(['fast', 'slow']),
  fromS: z.number().int(),
  toS: z.number().int(),
  remainingToS: z.number().int(),
});
export type Pass = z.infer<typeof passSchema>;

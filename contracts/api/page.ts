import { z } from 'zod';

/** A list: `next` is an opaque string to hand back as `?cursor=`, null at the end. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const pageQuerySchema = z.object({
  cursor: z.string().max(500).optional().describe('`next` of the page before.'),
  limit: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(1000, 'must be at most 1000')
    .default(100)
    .describe('How many items a page holds at most.'),
});

import { z } from 'zod';

/** RFC 9457 problem document, sent as `application/problem+json`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** What was wrong, where, and what to do. */
  detail: z.string(),
  instance: z.string(),
  errors: z
    .array(
      z.object({ in: z.enum(['query', 'path', 'body', 'header']), name: z.string(), message: z.string() }),
    )
    .optional(),
});
export type Problem = z.infer<typeof problemSchema>;

import { z } from 'zod';

/** Why an input was refused. `docs/data.md` explains each to people. */
export const refusalReasonSchema = z.enum([
  'empty_payload',
  'payload_too_large',
  'not_utf8',
  'not_json',
  'bad_topic',
  'bad_name',
  'bad_value',
  'bad_number',
  'bad_time',
  'bad_quality',
  'bad_unit',
  'bad_shape',
  'bad_order',
  'implausible_time',
  'future_time',
  'conflict',
  'creation_limit',
  'foreign_site',
  'closed_range',
  'unsupported_format',
  'bad_sparkplug',
  'unknown_metric',
  'no_session',
]);
export type RefusalReason = z.infer<typeof refusalReasonSchema>;

export const deadLetterItemSchema = z.object({
  deadLetterId: z.number().int(),
  receivedAt: z.number(),
  topic: z.string(),
  reason: refusalReasonSchema,
  /** What was wrong, where, and what to do. */
  detail: z.string(),
  /** Bytes of the whole payload. */
  size: z.number().int(),
  /** The payload's beginning as text for reading, at most 2,000 characters. */
  preview: z.string(),
  feed: z.string(),
});
export type DeadLetterItem = z.infer<typeof deadLetterItemSchema>;

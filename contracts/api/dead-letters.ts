import { z } from 'zod';
import { pageOf, pageQuerySchema } from './page.ts';

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

/** Why a letter cannot be replayed: it was already, nobody owns it, it needs what came before it, or its payload is not whole. */
export const replayableSchema = z.enum(['yes', 'replayed', 'unowned', 'session', 'incomplete']);

export const deadLetterItemSchema = z.object({
  deadLetterId: z.number().int(),
  /** When it arrived. */
  receivedAt: z.number(),
  topic: z.string(),
  /** Why it was refused on arrival. */
  reason: refusalReasonSchema,
  /** What was wrong, where, and what to do. */
  detail: z.string(),
  /** Bytes of the whole payload. */
  size: z.number().int(),
  /** Of the whole payload, in hexadecimal; null in letters of earlier versions. */
  sha256: z.string().nullable(),
  /** What is kept of it: all, its beginning, or the refused element while another letter holds the payload. */
  kept: z.enum(['whole', 'beginning', 'element']),
  /** The payload's beginning as text for reading, at most 2,000 characters. */
  preview: z.string(),
  feed: z.string(),
  replayable: replayableSchema,
  /** When it was asked to be replayed and is not yet; else null. */
  replayRequestedAt: z.number().nullable(),
  /** How its last replay ended; null when there was none. */
  replay: z
    .object({
      at: z.number(),
      outcome: z.enum(['stored', 'duplicate', 'refused']),
      stored: z.number().int(),
      duplicate: z.number().int(),
      refused: z.number().int(),
      /** Why it was refused again; null when it was not. */
      reason: refusalReasonSchema.nullable(),
      detail: z.string().nullable(),
    })
    .nullable(),
});
export type DeadLetterItem = z.infer<typeof deadLetterItemSchema>;

/** How many letters are kept, and how many older ones went for lack of room or for their age. Of the whole installation. */
export const deadLetterTotalsSchema = z.object({
  letters: z.number().int(),
  bytes: z.number().int(),
  overflowed: z.number().int(),
  expired: z.number().int(),
});
export type DeadLetterTotals = z.infer<typeof deadLetterTotalsSchema>;

/** Which letters are asked for; null means any. */
export interface DeadLetterFilter {
  reason: RefusalReason | null;
  /** Part of the topic, case aside. */
  topic: string | null;
  feed: string | null;
  sinceMs: number | null;
  untilMs: number | null;
}

const TIME = 'ISO 8601 with Z or an offset, or milliseconds since 1970.';

/** A filter as a query tells it; what is absent is not asked for. */
export const deadLetterFilterQuerySchema = z.object({
  reason: refusalReasonSchema
    .optional()
    .describe('Why it was refused: of the last replay, else of the arrival.'),
  topic: z.string().min(1).max(500).optional().describe('Part of the topic, upper and lower case alike.'),
  feed: z.string().min(1).max(100).optional().describe('The feed that it came by.'),
  from: z.string().min(1).optional().describe(`Arrived then or later. ${TIME}`),
  to: z.string().min(1).optional().describe(`Arrived before. ${TIME}`),
});
export const deadLettersQuerySchema = deadLetterFilterQuerySchema.extend(pageQuerySchema.shape);
export const deadLettersSchema = pageOf(deadLetterItemSchema);

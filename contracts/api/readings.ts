import { z } from 'zod';

const TIME =
  'ISO 8601 with Z or an offset (`2026-01-31T06:00:00.5Z`; a `+` is written `%2B` in a URL), or milliseconds since 1970.';

/** `signal` takes an id or a path `site/area/line/machine/signal`; times are ISO 8601 with zone or epoch milliseconds. */
const rangeShape = {
  signal: z
    .string()
    .min(1, 'must not be empty')
    .describe('An id, or a path `site/area/line/machine/signal`.'),
  from: z.string().min(1, 'must not be empty').describe(`Begin of the range, included. ${TIME}`),
  to: z.string().min(1, 'must not be empty').describe(`End of the range, excluded. ${TIME}`),
};

/** `points` asks for that many columns across the range, 1 to 5,000. */
export const readingsQuerySchema = z.object({
  ...rangeShape,
  points: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(5000, 'must be at most 5000')
    .default(500)
    .describe('How many columns of equal width the range is divided into.'),
  average: z
    .enum(['time'], 'must be "time"')
    .optional()
    .describe('`time`: each column also has `mean`, weighted by how long each value held.'),
  of: z
    .enum(['delta', 'rate'], 'must be "delta" or "rate"')
    .optional()
    .describe(
      'For counters: each column also has `delta`, what the counter grew by, or `rate`, that a second. A fall is a reset to 0.',
    ),
});
export const readingsCsvQuerySchema = z.object(rangeShape);

/**
 * History by pixel column. Columns have equal width and start at `from`; a column without readings is absent. `at` is
 * the column's start. `gaps` are the ranges within [from, to] without data, after the rule of DESIGN §5. All times
 * are epoch milliseconds.
 */
export const readingsSchema = z.object({
  signalId: z.number().int(),
  unit: z.string().nullable(),
  from: z.number(),
  to: z.number(),
  columns: z.array(
    z.object({
      at: z.number(),
      min: z.number(),
      max: z.number(),
      first: z.number(),
      last: z.number(),
      count: z.number().int(),
      /** Where `average=time` was asked: null where no value held. */
      mean: z.number().nullable().optional(),
      /** Where `of=delta` was asked. */
      delta: z.number().optional(),
      /** Where `of=rate` was asked: a second; null where there is no reading before. */
      rate: z.number().nullable().optional(),
    }),
  ),
  gaps: z.array(z.tuple([z.number(), z.number()])),
  /** How many gaps were left out because there were too many: `gaps` then holds the longest. Absent when all are there. */
  gapsOmitted: z.number().int().optional(),
  /**
   * Hours within the range whose rollup changed after it had been told, newest first, 100 at most; absent when there are
   * none. `was` is what the hour said at first, null when it said that there was nothing.
   */
  restated: z
    .array(
      z.object({
        from: z.number(),
        to: z.number(),
        restatedAt: z.number(),
        was: z
          .object({ count: z.number().int(), mean: z.number(), min: z.number(), max: z.number() })
          .nullable(),
      }),
    )
    .optional(),
  /** What answered: `raw` readings, or a rollup, with the readings that are not rolled up yet. */
  source: z.enum(['raw', '1m', '1h', '1d']),
});
export type Readings = z.infer<typeof readingsSchema>;

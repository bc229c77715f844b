import { z } from 'zod';

/** `signal` takes an id or a path `site/area/line/machine/signal`; times are ISO 8601 with zone or epoch milliseconds. */
const rangeShape = { signal: z.string().min(1), from: z.string().min(1), to: z.string().min(1) };

/** `points` asks for that many columns across the range, 1 to 5,000. */
export const readingsQuerySchema = z.object({
  ...rangeShape,
  points: z.coerce.number().int().min(1).max(5000).default(500),
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
    }),
  ),
  gaps: z.array(z.tuple([z.number(), z.number()])),
  /** What answered: `raw` readings or a rollup. */
  source: z.enum(['raw', '1m', '1h', '1d']),
});
export type Readings = z.infer<typeof readingsSchema>;

import { z } from 'zod';

/** What the source says of a value. "Stale" is not a quality: it is derived from age and never stored. */
export const qualitySchema = z.enum(['good', 'uncertain', 'bad']);
export type Quality = z.infer<typeof qualitySchema>;

/** Stored as smallint in `telemetry.reading.quality` and `telemetry.event.quality`: the index in this list. */
export const QUALITIES: readonly Quality[] = ['good', 'uncertain', 'bad'];

import { z } from 'zod';
import { writerStatusSchema } from './feed.ts';

/** Rung after each commit with the position, as decimal digits. Lost or forged, it changes no value: readers ask the database. */
export const BELL_TOPIC = 'sentia/v1/bell';
/** Once a second, JSON of `writerStatusSchema`. */
export const WRITER_TOPIC = 'sentia/v1/writer';

export const bellSchema = z.coerce.number().int().nonnegative();
export const writerMessageSchema = writerStatusSchema;

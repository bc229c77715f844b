import type { Tier } from '../chunks/chunks.ts';

const DAY_MS = 86_400_000;

/** How long each tier is kept, after its newest time and after its last write (DESIGN §3). */
export const RETENTION_MS: Readonly<Record<Tier, number>> = {
  reading: 90 * DAY_MS,
  event: 90 * DAY_MS,
  reading_1m: 180 * DAY_MS,
  reading_1h: 2 * 365 * DAY_MS,
  reading_1d: 7 * 365 * DAY_MS,
};

import type { Quality } from './quality.ts';

/**
 * A stored reading or event, as it crosses from telemetry to the server in the ledger. `atMicros` is microseconds
 * since 1970 UTC (exact as a number until the year 2255); `value` is null only when quality is not good; a string
 * is a row of `telemetry.event`, a number (booleans as 0/1) a row of `telemetry.reading`.
 */
export interface Reading {
  signalId: number;
  atMicros: number;
  value: number | string | null;
  quality: Quality;
}

import { inflateRawSync } from 'node:zlib';
import { unpackReadings } from '../../contracts/packed-readings.ts';
import type { Reading } from '../../contracts/reading.ts';

/** Far above any batch; forged bytes must not fill the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/** @throws Error when the bytes are damaged or written by a newer Sentia. */
export function unpackBatch(packed: Uint8Array): Reading[] {
  return unpackReadings(inflateRawSync(packed, { maxOutputLength: MOST_BYTES }));
}

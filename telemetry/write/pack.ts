import { constants, deflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { promisify } from 'node:util';
import { packReadings } from '../../contracts/packed-readings.ts';
import { QUALITIES } from '../../contracts/quality.ts';
import type { Reading } from '../../contracts/reading.ts';
import type { Rows } from './prepared.ts';

type Packable = { numbers: Rows<number | null>; texts: Rows<string> };

const LIGHTLY: ZlibOptions = { level: constants.Z_BEST_SPEED };
const deflate = promisify<Uint8Array, ZlibOptions, Buffer>(deflateRaw);

/** The rows as the ledger keeps them; compressed off the main thread, so before the transaction. */
export function pack(rows: Packable): Promise<Buffer> {
  return deflate(packReadings(readingsOf(rows)), LIGHTLY);
}

/** The same within a transaction, which must not wait for anything but the database. */
export function packNow(rows: Packable): Buffer {
  return deflateRawSync(packReadings(readingsOf(rows)), LIGHTLY);
}

function readingsOf({ numbers, texts }: Packable): Reading[] {
  return [...columnsToReadings(numbers), ...columnsToReadings(texts)];
}

function columnsToReadings(rows: Rows<number | string | null>): Reading[] {
  return rows.ids.map((signalId, i) => ({
    signalId,
    atMicros: rows.atMicros[i] ?? 0,
    value: rows.values[i] ?? null,
    quality: QUALITIES[rows.qualities[i] ?? 0] ?? 'bad',
  }));
}

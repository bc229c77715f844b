import type { Rows } from './prepared.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const HEADER_BYTES = SIGNATURE.length + 8;
/** Field count, and four fields with their lengths before them: int4, timestamptz, float8, int2. */
const ROW_BYTES = 2 + (4 + 4) + (4 + 8) + (4 + 8) + (4 + 2);
const TRAILER_BYTES = 2;
/** PostgreSQL counts microseconds from 2000-01-01. */
const EPOCH_MICROS = Date.UTC(2000, 0, 1) * 1000;
const TWO_32 = 2 ** 32;

/** Rows of `telemetry.reading` as PostgreSQL's binary COPY takes them (its documentation of COPY, "Binary Format"). */
export function encodeReadings(rows: Omit<Rows<number | null>, 'sources'>): Uint8Array {
  const count = rows.ids.length;
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + count * ROW_BYTES + TRAILER_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  bytes.set(SIGNATURE);
  view.setInt32(SIGNATURE.length, 0);
  view.setInt32(SIGNATURE.length + 4, 0);
  let at = HEADER_BYTES;
  for (let i = 0; i < count; i++) {
    const micros = (rows.atMicros[i] ?? 0) - EPOCH_MICROS;
    const value = rows.values[i] ?? null;
    view.setInt16(at, 4);
    view.setInt32(at + 2, 4);
    view.setInt32(at + 6, rows.ids[i] ?? 0);
    view.setInt32(at + 10, 8);
    view.setInt32(at + 14, Math.floor(micros / TWO_32));
    view.setUint32(at + 18, micros % TWO_32 < 0 ? (micros % TWO_32) + TWO_32 : micros % TWO_32);
    at += 22;
    if (value === null) {
      view.setInt32(at, -1);
      at += 4;
    } else {
      view.setInt32(at, 8);
      view.setFloat64(at + 4, value);
      at += 12;
    }
    view.setInt32(at, 2);
    view.setInt16(at + 4, rows.qualities[i] ?? 0);
    at += 6;
  }
  view.setInt16(at, -1);
  return bytes.subarray(0, at + TRAILER_BYTES);
}

import { QUALITIES } from './quality.ts';
import type { Reading } from './reading.ts';

/**
 * The bytes of `telemetry.ingest_batch.packed` before compression (raw deflate, level 1, done by the rooms that
 * touch the database). Layout, little endian: u8 version (1), u32 n, n×u32 signal id, n×f64 microseconds,
 * n×f64 value (NaN = null), n×u8 quality; then u32 length and UTF-8 JSON `[[signalId, atMicros, text, quality], …]`
 * for values that are text. Columns rather than records: they compress to about half (TRAPS T42).
 */
const VERSION = 1;
const BYTES_A_READING = 4 + 8 + 8 + 1;

/** @returns the packed bytes; `unpackReadings` gives the readings back, numbers first, then texts, each in order. */
export function packReadings(readings: readonly Reading[]): Uint8Array {
  const numbers = readings.filter((reading) => typeof reading.value !== 'string');
  const texts = readings
    .filter((reading) => typeof reading.value === 'string')
    .map((reading) => [
      reading.signalId,
      reading.atMicros,
      reading.value,
      QUALITIES.indexOf(reading.quality),
    ]);
  const json = new TextEncoder().encode(JSON.stringify(texts));
  const n = numbers.length;
  const bytes = new Uint8Array(1 + 4 + n * BYTES_A_READING + 4 + json.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint32(1, n, true);
  const idsAt = 5;
  const timesAt = idsAt + n * 4;
  const valuesAt = timesAt + n * 8;
  const qualitiesAt = valuesAt + n * 8;
  numbers.forEach((reading, i) => {
    view.setUint32(idsAt + i * 4, reading.signalId, true);
    view.setFloat64(timesAt + i * 8, reading.atMicros, true);
    view.setFloat64(valuesAt + i * 8, reading.value === null ? Number.NaN : Number(reading.value), true);
    view.setUint8(qualitiesAt + i, QUALITIES.indexOf(reading.quality));
  });
  const jsonAt = qualitiesAt + n;
  view.setUint32(jsonAt, json.length, true);
  bytes.set(json, jsonAt + 4);
  return bytes;
}

/** @throws Error when the version is not known: a server older than the writer must not guess. */
export function unpackReadings(bytes: Uint8Array): Reading[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(0);
  if (version !== VERSION)
    throw new Error(`packed readings have version ${version}, this code reads ${VERSION}`);
  const n = view.getUint32(1, true);
  const idsAt = 5;
  const timesAt = idsAt + n * 4;
  const valuesAt = timesAt + n * 8;
  const qualitiesAt = valuesAt + n * 8;
  const readings: Reading[] = [];
  for (let i = 0; i < n; i++) {
    const value = view.getFloat64(valuesAt + i * 8, true);
    readings.push({
      signalId: view.getUint32(idsAt + i * 4, true),
      atMicros: view.getFloat64(timesAt + i * 8, true),
      value: Number.isNaN(value) ? null : value,
      quality: QUALITIES[view.getUint8(qualitiesAt + i)] ?? 'bad',
    });
  }
  const jsonAt = qualitiesAt + n;
  const length = view.getUint32(jsonAt, true);
  const texts = JSON.parse(new TextDecoder().decode(bytes.subarray(jsonAt + 4, jsonAt + 4 + length))) as [
    number,
    number,
    string,
    number,
  ][];
  for (const [signalId, atMicros, value, quality] of texts) {
    readings.push({ signalId, atMicros, value, quality: QUALITIES[quality] ?? 'bad' });
  }
  return readings;
}

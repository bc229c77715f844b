import { expect, test } from 'vitest';
import { packReadings, unpackReadings } from './packed-readings.ts';
import type { Reading } from './reading.ts';

const readings: Reading[] = [
  { signalId: 1, atMicros: 1_700_000_000_123_456, value: 71.25, quality: 'good' },
  { signalId: 4_000_000_000, atMicros: 946_684_800_000_000, value: -0.1, quality: 'uncertain' },
  { signalId: 2, atMicros: 1_700_000_000_123_457, value: null, quality: 'bad' },
];
const texts: Reading[] = [
  { signalId: 9, atMicros: 1_700_000_000_000_000, value: 'läuft "gut"\n', quality: 'good' },
];

test('packed readings unpack to the same readings, to the microsecond and the bit', () => {
  expect(unpackReadings(packReadings([...readings, ...texts]))).toEqual([...readings, ...texts]);
});

test('texts come after numbers whatever their order was', () => {
  expect(unpackReadings(packReadings([...texts, ...readings]))).toEqual([...readings, ...texts]);
});

test('no readings pack to bytes that unpack to none', () => {
  expect(unpackReadings(packReadings([]))).toEqual([]);
});

test('bytes that begin elsewhere in a larger buffer are read from their own beginning', () => {
  const packed = packReadings(readings);
  const larger = new Uint8Array(packed.length + 7);
  larger.set(packed, 7);
  expect(unpackReadings(larger.subarray(7))).toEqual(readings);
});

test('an unknown version is refused rather than guessed', () => {
  const packed = packReadings(readings);
  packed[0] = 9;
  expect(() => unpackReadings(packed)).toThrow('version 9');
});

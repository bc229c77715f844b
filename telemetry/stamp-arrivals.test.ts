import { expect, test } from 'vitest';
import type { DecodedReading } from './decode/decoded.ts';
import { createArrivalStamps } from './stamp-arrivals.ts';

const readingOf = (path: string, atMicros: number | null = null): DecodedReading => ({
  path,
  kind: 'number',
  atMicros,
  value: 1,
  quality: 'good',
  unit: null,
});
const decodedOf = (readings: DecodedReading[]) => ({ readings, orders: [], refusals: [] });
const timesOf = (readings: DecodedReading[]) => readings.map(({ atMicros }) => atMicros);

test('the signals of one message share its time of arrival, and each further reading of one is 1 µs later', () => {
  const readings = [readingOf('a'), readingOf('b'), readingOf('a'), readingOf('c', 7)];
  const stamped = createArrivalStamps()(decodedOf(readings), 5);
  expect(timesOf(stamped.readings)).toEqual([5000, 5000, 5001, 7]);
});

test('messages of one millisecond get times of their own', () => {
  const stamp = createArrivalStamps();
  const messages = [5, 5, 4, 6].map((receivedAtMs) => {
    const readings = [readingOf('a'), readingOf('b')];
    return timesOf(stamp(decodedOf(readings), receivedAtMs).readings);
  });
  expect(messages).toEqual([
    [5000, 5000],
    [5001, 5001],
    [5002, 5002],
    [6000, 6000],
  ]);
});

test('a message that arrived long before keeps its time of arrival, and so does what arrives afterwards', () => {
  const stamp = createArrivalStamps();
  const times = [900_000, 5, 5, 900_000].map((receivedAtMs) =>
    timesOf(stamp(decodedOf([readingOf('a')]), receivedAtMs).readings),
  );
  expect(times).toEqual([[900_000_000], [5000], [5001], [900_000_001]]);
});

import { expect, test } from 'vitest';
import type { Stamped } from './decode/decoded.ts';
import type { FeedMessage } from './message.ts';
import { splitMessage } from './split-message.ts';

const message: FeedMessage = {
  feed: 'test',
  topic: 'plants/a/b/c/d/e',
  payload: Buffer.from('[1,2]'),
  qos: 1,
  receivedAtMs: 0,
  organisation: null,
  retained: false,
};
const reading = (value: number) =>
  ({ path: 'a/b/c/d/e', kind: 'number', value, unit: null, quality: 'good', atMicros: 0 }) as const;
const refusal = (detail: string) => ({ reason: 'bad_value', detail, excerpt: null }) as const;

test('every element of a large message is in exactly one part, and the message is done with its last part', () => {
  const decoded: Stamped = {
    readings: Array.from({ length: 7 }, (_, i) => reading(i)),
    orders: [],
    refusals: Array.from({ length: 4 }, (_, i) => refusal(String(i))),
  };
  let done = 0;
  const parts = splitMessage(message, decoded, 5, () => done++);
  expect(parts.map((part) => [part.readings.length, part.refusals.length, part.messages])).toEqual([
    [5, 0, 1],
    [2, 3, 0],
    [0, 1, 0],
  ]);
  expect(parts.flatMap((part) => part.readings)).toEqual(decoded.readings);
  expect(parts.flatMap((part) => part.refusals)).toEqual(decoded.refusals);
  parts[2]?.done();
  parts[0]?.done();
  expect(done).toBe(0);
  parts[1]?.done();
  expect(done).toBe(1);
});

test('a refused payload is copied, so that what the socket read can go', () => {
  const decoded: Stamped = { readings: [], orders: [], refusals: [refusal('x')] };
  const [part] = splitMessage(message, decoded, 5, () => undefined);
  expect(part?.message.payload).not.toBe(message.payload);
  expect(part?.message.payload).toEqual(new Uint8Array(message.payload));
});

import { expect, test } from 'vitest';
import { decode } from '../decode/decode.ts';
import type { FeedMessage } from '../message.ts';
import { pickReplayed } from './pick-replayed.ts';

const RECEIVED_AT_MS = Date.UTC(2026, 10, 20, 12);
const SIGNAL = 'plants/s/a/l/m/t';

function replayed(payload: string, elements: number[] | null, letterId = 7, topic = SIGNAL) {
  const message: FeedMessage = {
    feed: 'mqtt',
    topic,
    payload: Buffer.from(payload),
    qos: 1,
    receivedAtMs: RECEIVED_AT_MS,
    organisation: null,
    retained: false,
    replay: { letterId, elements, claim: 'w' },
  };
  return pickReplayed(message, decode(message));
}

test('only what was refused of a message is taken in again', () => {
  const second = 2 ** 20;
  const { readings, refusals } = replayed('[1, 2, [3], 4]', [second, 2 * second]);
  expect(readings.map((reading) => reading.value)).toEqual([2]);
  expect(refusals.map((refusal) => refusal.reason)).toEqual(['bad_value']);
});

test('all of a message is taken in again when all of it was refused', () => {
  expect(replayed('[1, 2]', null).readings).toHaveLength(2);
});

test('readings without a time get the time of the original arrival, the same at each replay and each their own', () => {
  const times = () => replayed('[1, 2]', null).readings.map((reading) => reading.atMicros);
  expect(times()).toEqual([RECEIVED_AT_MS * 1000 + 8, RECEIVED_AT_MS * 1000 + 9]);
  expect(times()).toEqual(times());
  expect(replayed('1', null, 8).readings[0]?.atMicros).toBe(RECEIVED_AT_MS * 1000 + 9);
});

test('an element that the message does not hold any more, and one too large for a transaction, are refused', () => {
  expect(replayed('1', [5 * 2 ** 20]).refusals).toMatchObject([{ reason: 'bad_shape', excerpt: null }]);
  const many = `[${Array.from({ length: 10_001 }, () => 1).join(',')}]`;
  expect(replayed(many, null)).toMatchObject({ readings: [], refusals: [{ reason: 'bad_shape' }] });
});

import type { Decoded, DecodedReading } from '../decode/decoded.ts';
import { matchElements } from '../decode/element.ts';
import type { FeedMessage } from '../message.ts';

/** A letter is settled by one transaction, which must stay short. */
const MAX_ELEMENTS = 10_000;

/**
 * Of a message that comes out of the dead letters, only what was refused of it: its neighbours were stored on arrival.
 * Readings without a time get one within the millisecond of the original arrival that only this letter gives, so that
 * the same letter always gives the same times. Any other message comes back as it is.
 */
export function pickReplayed(message: FeedMessage, decoded: Decoded): Decoded {
  const { replay } = message;
  if (replay === undefined) return decoded;
  const matches = replay.elements === null ? () => true : matchElements(replay.elements);
  const readings = decoded.readings.filter(({ element = 0 }) => matches(element));
  const refusals = decoded.refusals.filter(
    ({ element = 0, excerpt }) => excerpt === null || matches(element),
  );
  const orders = replay.elements === null ? decoded.orders : [];
  if (readings.length + refusals.length > MAX_ELEMENTS) {
    const detail = `the message holds more than ${MAX_ELEMENTS} elements, too many to replay at once. Send it again in smaller ones.`;
    return {
      ...decoded,
      readings: [],
      orders: [],
      refusals: [{ reason: 'bad_shape', detail, excerpt: null }],
    };
  }
  if (readings.length + refusals.length + orders.length === 0) {
    const detail =
      'what was refused is not found in the message as it is read now. Nothing of it was stored.';
    return { ...decoded, readings, orders, refusals: [{ reason: 'bad_shape', detail, excerpt: null }] };
  }
  stamp(readings, message.receivedAtMs * 1000 + 1 + (replay.letterId % 900));
  return { ...decoded, readings, orders, refusals };
}

function stamp(readings: readonly DecodedReading[], firstMicros: number): void {
  const seen = new Map<string, number>();
  for (const reading of readings) {
    if (reading.atMicros !== null) continue;
    const nth = seen.get(reading.path) ?? 0;
    seen.set(reading.path, nth + 1);
    reading.atMicros = firstMicros + nth;
  }
}

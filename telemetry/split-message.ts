import type { Decoded } from './decode/decoded.ts';
import { countedIn, type FeedMessage, type Part, type TakenMessage } from './message.ts';

const MAX_KEPT_BYTES = 64 * 1024;
/** What a decoded element takes in memory beside its payload, roughly. */
const BYTES_AN_ELEMENT = 100;

/**
 * Makes a decoded message into parts of at most `maxCount` elements, so that no message can make a transaction long.
 * `done` is called when every part is durable.
 */
export function splitMessage(
  message: FeedMessage,
  decoded: Decoded,
  maxCount: number,
  done: () => void,
): Part[] {
  const { readings, orders, refusals } = decoded;
  const total = readings.length + orders.length + refusals.length;
  let partsLeft = Math.ceil(total / maxCount);
  const taken = keep(message, refusals.length > 0);
  const partDone = () => {
    if (--partsLeft === 0) done();
  };
  const parts: Part[] = [];
  for (let from = 0; from < total; from += maxCount) {
    const inPart = <T>(list: T[], offset: number) =>
      total <= maxCount
        ? list
        : list.slice(Math.max(0, from - offset), Math.max(0, from - offset + maxCount));
    const count = Math.min(maxCount, total - from);
    const elements = {
      readings: inPart(readings, 0),
      orders: inPart(orders, readings.length),
      refusals: inPart(refusals, readings.length + orders.length),
    };
    parts.push({
      ...elements,
      message: taken,
      counted: countedIn(elements),
      messages: from === 0 ? 1 : 0,
      count,
      bytes: (from === 0 ? taken.payload.byteLength : 0) + count * BYTES_AN_ELEMENT,
      done: partDone,
    });
  }
  return parts;
}

function keep(message: FeedMessage, refused: boolean): TakenMessage {
  const { feed, topic, receivedAtMs, organisation, payload } = message;
  const size = payload.byteLength;
  // A copy lets a large payload go at once; a small one stays a view of what the socket read.
  const copied = refused || size > MAX_KEPT_BYTES;
  const kept = copied ? new Uint8Array(payload.subarray(0, MAX_KEPT_BYTES)) : payload;
  return { feed, topic, receivedAtMs, organisation, size, payload: kept, payloadKept: false };
}

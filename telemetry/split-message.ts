import { createHash } from 'node:crypto';
import type { Stamped } from './decode/decoded.ts';
import { countedIn, type FeedMessage, type Part, type TakenMessage } from './message.ts';

const MAX_KEPT_BYTES = 64 * 1024;
/** What is kept of a larger payload: it shows what it was, and cannot be replayed. */
const KEPT_BEGINNING_BYTES = 4 * 1024;
/** What a decoded element takes in memory beside its payload, roughly. */
const BYTES_AN_ELEMENT = 100;

/**
 * Makes a decoded message into parts of at most `maxCount` elements, so that no message can make a transaction long.
 * `done` is called when every part is durable.
 */
export function splitMessage(
  message: FeedMessage,
  decoded: Stamped,
  maxCount: number,
  done: () => void,
): Part[] {
  const { readings, orders, refusals } = decoded;
  const total = readings.length + orders.length + refusals.length;
  const taken = keep(message, refusals.length > 0, decoded.site ?? null);
  const bytes = taken.payload.byteLength;
  if (total <= maxCount) return [partOf(taken, decoded, 1, bytes, done)];
  const parts: Part[] = [];
  let left = Math.ceil(total / maxCount);
  const partDone = () => {
    if (--left === 0) done();
  };
  for (let from = 0; from < total; from += maxCount) {
    const to = from + maxCount;
    const elements = {
      readings: readings.slice(from, to),
      orders: cut(orders, from - readings.length, to - readings.length),
      refusals: cut(refusals, from - readings.length - orders.length, to - readings.length - orders.length),
    };
    parts.push(partOf(taken, elements, from === 0 ? 1 : 0, from === 0 ? bytes : 0, partDone));
  }
  return parts;
}

function partOf(
  message: TakenMessage,
  elements: Stamped,
  messages: 0 | 1,
  payloadBytes: number,
  done: () => void,
): Part {
  const { readings, orders, refusals } = elements;
  const count = readings.length + orders.length + refusals.length;
  const bytes = payloadBytes + count * BYTES_AN_ELEMENT;
  return { message, readings, orders, refusals, messages, counted: countedIn(elements), count, bytes, done };
}

function cut<T>(list: readonly T[], from: number, to: number): T[] {
  return list.slice(Math.max(0, from), Math.max(0, to));
}

function keep(message: FeedMessage, refused: boolean, site: string | null): TakenMessage {
  const { feed, topic, receivedAtMs, organisation, payload, retained } = message;
  const size = payload.byteLength;
  const large = size > MAX_KEPT_BYTES;
  // A copy lets a large payload go at once; a small one stays a view of what the socket read.
  const kept =
    refused || large ? new Uint8Array(payload.subarray(0, large ? KEPT_BEGINNING_BYTES : size)) : payload;
  const sha256 = large ? createHash('sha256').update(payload).digest() : null;
  const replay = message.replay ?? null;
  return {
    feed,
    topic,
    receivedAtMs,
    organisation,
    size,
    payload: kept,
    sha256,
    site,
    retained,
    replay,
    payloadKept: false,
  };
}

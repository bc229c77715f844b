import type { DecodedOrder, Refusal, StampedReading } from './decode/decoded.ts';

/** A message as a feed hands it over. */
export interface FeedMessage {
  feed: string;
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  receivedAtMs: number;
  /** Slug of the organisation of the publisher's credential; null where the feed knows no credentials. */
  organisation: string | null;
  /** Delivered out of the broker's memory, so nobody knows when it was sent. */
  retained: boolean;
  /** Whether its connection is gone: then it will be sent again, and need not be taken in from the queue. */
  abandoned?: () => boolean;
  /** Set when it comes out of the dead letters. */
  replay?: Replay;
}

/** What is taken in again of a dead letter's message. */
export interface Replay {
  letterId: number;
  /** The elements that were refused (`elementOf`); null when all of the message was. Its other elements were stored. */
  elements: readonly number[] | null;
  /** Who replays it: the letter is settled only while it is claimed under this name. */
  claim: string;
}

/** What is kept of a message until it is durable. */
export interface TakenMessage {
  feed: string;
  topic: string;
  receivedAtMs: number;
  organisation: string | null;
  /** Bytes of the whole payload. */
  size: number;
  /** For dead letters: up to 64 KB, of a larger one its first 4 KB. */
  payload: Uint8Array;
  /** Of the whole payload; null while `payload` holds all of it. */
  sha256: Uint8Array | null;
  /** The site that it names, where that is not the topic's second level; else null. */
  site: string | null;
  retained: boolean;
  replay: Replay | null;
  /** Whether a dead letter already carries the payload; further ones carry their own element only. */
  payloadKept: boolean;
}

/** A message, or as much of a large one as fits into a batch. */
export interface Part {
  message: TakenMessage;
  readings: StampedReading[];
  orders: DecodedOrder[];
  refusals: Refusal[];
  /** 1 in the first part of a message, else 0: so that the ledger counts messages once. */
  messages: 0 | 1;
  /** What the accounting counted when it was taken in: orders are no readings. */
  counted: number;
  count: number;
  bytes: number;
  /** Called once, when all of it is durable. */
  done: () => void;
}

/** `late` is what was measured long before it arrived: it goes in batches of its own and never delays what is live. */
export type Lane = 'live' | 'late';

/** @returns what the accounting counts of a message or a part. */
export function countedIn(part: { readings: readonly unknown[]; refusals: readonly unknown[] }): number {
  return part.readings.length + part.refusals.length;
}

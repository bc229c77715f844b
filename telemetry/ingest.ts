import type { Accounting } from '../contracts/accounting.ts';
import type { Clock } from '../contracts/clock.ts';
import type { Account } from './account.ts';
import { createAdmission } from './admission.ts';
import { createBatcher, TRIGGERS, type Batcher, type BatchLimits, type Trigger } from './batcher.ts';
import { decode as decodePlain } from './decode/decode.ts';
import type { Decoded, Stamped } from './decode/decoded.ts';
import { laneOf } from './lane-of.ts';
import { countedIn, type FeedMessage, type Lane, type Part } from './message.ts';
import { pickReplayed } from './replay/pick-replayed.ts';
import { splitMessage } from './split-message.ts';
import { createArrivalStamps } from './stamp-arrivals.ts';

// The one way in: decodes a message, waits for room and hands it to the batcher of its lane. It must never say that a
// message is durable before its transaction has committed or the spool has it on disk, nor take in more than its bound.

export interface IngestLimits {
  live: BatchLimits;
  late: BatchLimits;
  /** Readings and bytes that may wait for the database; beyond, QoS 1 waits at the broker and QoS 0 is shed. */
  maxBufferedReadings: number;
  maxBufferedBytes: number;
  /** From so many on a feed that can make its broker wait should do so: what waits there costs nothing here. */
  pauseAtReadings: number;
}

export const INGEST_LIMITS: IngestLimits = {
  live: { maxCount: 5_000, maxBytes: 1024 * 1024, maxAgeMs: 20, silenceMs: 2 },
  // Smaller, since a live batch may have to wait for a late one.
  late: { maxCount: 2_000, maxBytes: 1024 * 1024, maxAgeMs: 100, silenceMs: 10 },
  maxBufferedReadings: 100_000,
  pauseAtReadings: 20_000,
  maxBufferedBytes: 64 * 1024 * 1024,
};

export interface Ingest {
  /** Resolves when all of the message is durable: stored, in dead letters, or in the spool. Never rejects. */
  accept(message: FeedMessage): Promise<void>;
  /** `accept` by a call instead of a promise, which at 50,000 messages a second saves a feed a tenth of its time. */
  take(message: FeedMessage, onDurable: () => void): void;
  /** The same for a message that was decoded elsewhere, because it needs what came before it (Sparkplug B). */
  takeDecoded(message: FeedMessage, decoded: Decoded, onDurable: () => void): void;
  /** Null while a feed may read on; else resolves once it may again. */
  whenRoom(): Promise<void> | null;
  /** Writes what waits; resolves when nothing does. */
  drain(): Promise<void>;
  accounting(): Accounting;
  flushedBy(): Record<Trigger, number>;
  buffered(): number;
}

export function createIngest(deps: {
  clock: Clock;
  account: Account;
  limits: IngestLimits;
  /** Reads a message; default: the plain forms. */
  decode?: (message: FeedMessage) => Decoded;
  /** Resolves when the parts are durable, their accounting is done and each `done` was called. */
  write: (lane: Lane, parts: Part[]) => Promise<void>;
}): Ingest {
  const { clock, account, limits, write, decode = decodePlain } = deps;
  const admission = createAdmission({
    maxCount: limits.maxBufferedReadings,
    maxBytes: limits.maxBufferedBytes,
  });
  const stamp = createArrivalStamps();
  const createLane = (lane: Lane): Batcher<Part> =>
    createBatcher({ clock, limits: limits[lane], write: (parts) => write(lane, parts) });
  const batchers: Record<Lane, Batcher<Part>> = { live: createLane('live'), late: createLane('late') };

  function enterLane(message: FeedMessage, decoded: Stamped, room: Room, durable: () => void): void {
    account.taken(countedIn(decoded));
    const lane = laneOf(message, decoded);
    // A replayed message is settled by one transaction; what it holds is bounded in `pickReplayed`.
    const maxCount = message.replay === undefined ? limits[lane].maxCount : Number.POSITIVE_INFINITY;
    const parts = splitMessage(message, decoded, maxCount, () => {
      admission.leave(room);
      durable();
    });
    for (const part of parts) batchers[lane].add(part);
  }

  function takeDecoded(message: FeedMessage, read: Decoded, durable: () => void): void {
    if (message.retained) distrustTimes(read);
    const decoded = stamp(read, message.receivedAtMs);
    const room = roomFor(message, decoded);
    if (admission.tryEnter(room)) {
      enterLane(message, decoded, room, durable);
    } else if (message.qos === 0) {
      account.shed(countedIn(decoded));
      durable();
    } else {
      void admission.enter(room, message.abandoned ?? (() => false)).then((entered) => {
        if (entered) enterLane(message, decoded, room, durable);
        else durable();
      });
    }
  }

  const take = (message: FeedMessage, durable: () => void) =>
    takeDecoded(message, pickReplayed(message, decode(message)), durable);

  return {
    take,
    takeDecoded,
    accept: (message) => new Promise((resolve) => take(message, resolve)),
    whenRoom: () => admission.whenBelow(limits.pauseAtReadings),
    drain: async () => {
      while (admission.count > 0) await Promise.all([batchers.live.drain(), batchers.late.drain()]);
    },
    accounting: () => ({ ...account.totals }),
    flushedBy: () => sumTriggers(batchers.live.flushedBy, batchers.late.flushedBy),
    buffered: () => admission.count,
  };
}

interface Room {
  count: number;
  bytes: number;
}

function roomFor(message: FeedMessage, { readings, orders, refusals }: Decoded): Room {
  return { count: readings.length + orders.length + refusals.length, bytes: message.payload.byteLength };
}

/** The broker hands out what it retained whenever we subscribe: without a time of its own its age is unknown, so it is uncertain. */
function distrustTimes(decoded: Decoded): void {
  for (const reading of decoded.readings) {
    if (reading.atMicros === null && reading.quality === 'good') reading.quality = 'uncertain';
  }
}

function sumTriggers(a: Record<Trigger, number>, b: Record<Trigger, number>): Record<Trigger, number> {
  const sum: Record<Trigger, number> = { count: 0, bytes: 0, age: 0, silence: 0 };
  for (const trigger of TRIGGERS) sum[trigger] = a[trigger] + b[trigger];
  return sum;
}

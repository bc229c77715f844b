import type { RefusalReason } from '../../contracts/api/dead-letters.ts';
import type { Quality } from '../../contracts/quality.ts';

/** One reading as a message states it, before its signal has an id. */
export interface DecodedReading {
  /** `site/area/line/machine/signal` (`joinPath` of the five slugs; none of them holds a "/"). */
  path: string;
  /** What the sender's value was; booleans arrive as 0 or 1, integers beyond ±2^53 exactly, as text. */
  kind: 'number' | 'boolean' | 'text';
  value: number | string | null;
  unit: string | null;
  quality: Quality;
  /** Microseconds since 1970 UTC; null means "when it arrived", to be stamped. */
  atMicros: number | null;
  /** Which element of its message it is (`elementOf`); absent means the first. */
  element?: number;
}

/** A reading whose time is known, since it has one of its own or its arrival was stamped. */
export type StampedReading = DecodedReading & { atMicros: number };

/** A production order as a message states it, its times read. */
export interface DecodedOrder {
  site: string;
  area: string;
  line: string;
  order: string;
  product: string;
  quantity: number;
  plannedFromMs: number;
  plannedToMs: number;
  idealCycleS: number;
}

/** A part of a message, or all of it, that cannot be stored. */
export interface Refusal {
  reason: RefusalReason;
  /** What was wrong, where, and what to do; for people. */
  detail: string;
  /** The refused element as JSON, cut short; null when the whole message is refused. */
  excerpt: string | null;
  /** Which element of its message was refused (`elementOf`); counts only beside an excerpt. */
  element?: number;
}

/** Everything a message said. All lists are empty only for a Sparkplug message that tells of a birth or death alone. */
export interface Decoded {
  readings: DecodedReading[];
  orders: DecodedOrder[];
  refusals: Refusal[];
  /** Its sender calls it history, however young it is. */
  late?: boolean;
  /** The site that the message names, where it is not the topic's second level. */
  site?: string;
}

/** What was decoded, once all its times are known. */
export type Stamped = Omit<Decoded, 'readings'> & { readings: StampedReading[] };

/** A value that was read, or why it could not be. */
export type Read<T> = { ok: true; value: T } | { ok: false; reason: RefusalReason; detail: string };

export function refuse(
  reason: RefusalReason,
  detail: string,
): { ok: false; reason: RefusalReason; detail: string } {
  return { ok: false, reason, detail };
}

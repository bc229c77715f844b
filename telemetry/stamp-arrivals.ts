import type { Decoded, DecodedReading, Stamped, StampedReading } from './decode/decoded.ts';

/** More than 1,000 messages in a millisecond run ahead of the clock, but never as far as this. */
const BURST_MICROS = 1_000_000;

/**
 * Gives readings without a time of their own the time of arrival. No two messages get the same one, and within a message
 * no signal gets one twice: each further one is 1 µs later. It is done once, on arrival, so that whatever is written
 * again later (a retry, the spool) is known as the same reading. Where the clock was set back, or a message of long ago
 * is taken in once more, times go back too.
 */
export function createArrivalStamps(): (decoded: Decoded, receivedAtMs: number) => Stamped {
  let lastMicros = 0;
  let older = 0;

  function firstTime(receivedMicros: number): number {
    if (receivedMicros > lastMicros) return receivedMicros;
    if (receivedMicros > lastMicros - BURST_MICROS) return lastMicros + 1;
    return receivedMicros + (older++ % 1000);
  }

  function stamp(readings: readonly DecodedReading[], receivedAtMs: number): void {
    const firstMicros = firstTime(receivedAtMs * 1000);
    const isOlder = firstMicros <= lastMicros;
    const seen = new Map<string, number>();
    for (const reading of readings) {
      if (reading.atMicros !== null) continue;
      const nth = seen.get(reading.path) ?? 0;
      seen.set(reading.path, nth + 1);
      reading.atMicros = firstMicros + nth;
      if (!isOlder) lastMicros = Math.max(lastMicros, reading.atMicros);
    }
  }

  return (decoded, receivedAtMs) => {
    const { readings } = decoded;
    if (!readings.every(isStamped)) stamp(readings, receivedAtMs);
    return { ...decoded, readings: readings.filter(isStamped) };
  };
}

function isStamped(reading: DecodedReading): reading is StampedReading {
  return reading.atMicros !== null;
}

import type { Decoded } from './decode/decoded.ts';
import type { FeedMessage, Lane } from './message.ts';

/** A message is late when one of its readings was measured so long before it arrived. */
const LATE_AFTER_MS = 60_000;

/**
 * Which lane a message goes by. What comes out of the dead letters, and what its sender calls history, is late whatever
 * its times: it must never become "latest".
 */
export function laneOf(
  message: Pick<FeedMessage, 'receivedAtMs' | 'replay'>,
  decoded: Pick<Decoded, 'readings' | 'late'>,
): Lane {
  if (message.replay !== undefined || decoded.late === true) return 'late';
  const lateBeforeMicros = (message.receivedAtMs - LATE_AFTER_MS) * 1000;
  const late = decoded.readings.some(({ atMicros }) => atMicros !== null && atMicros < lateBeforeMicros);
  return late ? 'late' : 'live';
}

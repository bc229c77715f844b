import type { Beat } from '../../contracts/live.ts';
import type { Connection } from './live-messages.ts';

/** Whether what the page shows may be taken for live. `sinceMs` is how long ago it last was. */
export type LiveStatus =
  { kind: 'live' } | { kind: 'connecting' } | { kind: 'stale'; reason: string; lastLiveAt: number | null };

/** No beat for this long and the page says STALE: beats come every second, the guarantee is 3 s. */
export const BEAT_MISSED_MS = 2_500;

/**
 * Judges the page as a whole. It must never call live what the server did not vouch for within the last 2.5 s.
 * @param heardAgoMs since the newest beat came; null before the first one.
 */
export function judgeLive(input: {
  beat: Beat;
  heardAgoMs: number | null;
  waitingMs: number;
  connection: Connection;
  online: boolean;
  lastLiveAt: number | null;
}): LiveStatus {
  const { beat, heardAgoMs, connection, lastLiveAt } = input;
  if (heardAgoMs === null && input.waitingMs < BEAT_MISSED_MS && input.online) return judgeFirst(beat);
  if (heardAgoMs === null || heardAgoMs >= BEAT_MISSED_MS) {
    const reason = !input.online
      ? 'This device is offline'
      : connection.open
        ? 'The server has gone silent'
        : connection.detail;
    return { kind: 'stale', reason, lastLiveAt };
  }
  return beat.live ? { kind: 'live' } : notVouchedFor(beat, lastLiveAt);
}

/** Before the stream has said anything: the page's own picture, just made, can only be doubted. */
export const judgeFirst = (beat: Beat): LiveStatus =>
  beat.live ? { kind: 'connecting' } : notVouchedFor(beat, null);

const notVouchedFor = (beat: Beat, lastLiveAt: number | null): LiveStatus => ({
  kind: 'stale',
  reason: beat.reason ?? 'The server does not vouch for it',
  lastLiveAt,
});

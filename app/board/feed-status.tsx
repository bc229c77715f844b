import type { Beat } from '../../contracts/live.ts';
import { useLiveStatus, useMoment } from '../live/live-site-provider.tsx';
import { formatAge } from '../text/format-age.ts';
import { formatCount } from '../text/format-number.ts';
import { formatSeconds } from '../text/format-time.ts';

/** Whether this screen tells the truth now: one box, two lines, the same size whatever it says. */
export function FeedStatus({ beat, timeZone }: { beat: Beat; timeZone: string }) {
  const status = useLiveStatus();
  const detail = useMoment((now, { kind }) => {
    if (kind === 'stale') {
      const { lastLiveAt } = status.kind === 'stale' ? status : { lastLiveAt: null };
      return lastLiveAt === null
        ? ''
        : `last live ${formatSeconds(lastLiveAt, timeZone)}, ${formatAge(now - lastLiveAt)} ago`;
    }
    return kind === 'live' ? `${newestAge(beat)} · ${formatCount(beat.readingsPerS)} readings/s` : '';
  });
  return (
    <div className="feed-status" data-status={status.kind}>
      <i className="feed-pulse" key={status.kind} />
      <p className="feed-words">
        <b>{STATUS_WORDS[status.kind]}</b>
        {status.kind === 'stale' && <span className="feed-reason">{status.reason}</span>}
        <span className="feed-detail" suppressHydrationWarning>
          {detail}
        </span>
      </p>
      {/* Said once when it changes; numbers and reasons that count seconds are not read out every second. */}
      <span role="status" className="sr-only">
        {status.kind === 'stale' ? 'Stale: nothing on this page is live' : STATUS_WORDS[status.kind]}
      </span>
    </div>
  );
}

const STATUS_WORDS = { live: 'Live', connecting: 'Connecting', stale: 'STALE' } as const;

/** How old the newest message of any feed was at the last beat: `0.3 s`. Without any message there is nothing to be old. */
function newestAge(beat: Beat): string {
  const newest = beat.feeds.reduce<number | null>(
    (latest, { lastMessageAt }) => (lastMessageAt === null ? latest : Math.max(latest ?? 0, lastMessageAt)),
    null,
  );
  if (newest === null) return 'no message yet';
  const ageMs = Math.max(0, beat.at - newest);
  return ageMs < 10_000 ? `${(ageMs / 1000).toFixed(1)} s` : formatAge(ageMs);
}

import { useMoment } from '../live/live-site-provider.tsx';
import { formatClock } from '../text/format-time.ts';
import { stripHours } from './strip-paths.ts';

const MINUTE_MS = 60_000;

/** The hours under the strips, in the site's zone. `more` machines found no room above. */
export function StripHours({ timeZone, more }: { timeZone: string; more: number }) {
  const until = useMoment((now) => Math.ceil(now / MINUTE_MS) * MINUTE_MS);
  const minuteOfHour = Number(formatClock(until, timeZone).slice(3));
  return (
    <div className="strip-hours">
      <span className="strip-more">{more > 0 && `+ ${more} more`}</span>
      <div aria-hidden="true" suppressHydrationWarning>
        {stripHours(until, minuteOfHour).map(({ at, share }) => (
          <span key={at} style={{ left: `${(share * 100).toFixed(2)}%` }}>
            {formatClock(at, timeZone).slice(0, 2)}
          </span>
        ))}
      </div>
    </div>
  );
}

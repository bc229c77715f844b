import { useMoment } from '../live/live-site-provider.tsx';
import { formatClock, formatDay, zoneLabel } from '../text/format-time.ts';

/** The site's own time, its zone named. */
export function SiteClock({ timeZone }: { timeZone: string }) {
  const time = useMoment((now) => formatClock(now, timeZone));
  const day = useMoment((now) => formatDay(now, timeZone));
  const zone = useMoment((now) => zoneLabel(now, timeZone));
  return (
    <div className="site-clock">
      <p className="site-day" suppressHydrationWarning>
        {day}
        <br />
        {zone}
      </p>
      <time className="site-time" suppressHydrationWarning>
        {time}
      </time>
    </div>
  );
}

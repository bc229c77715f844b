import type { LiveLine, LiveMachine, Snapshot } from '../../contracts/live.ts';
import { FeedStatus } from '../board/feed-status.tsx';
import { StateIcon } from '../board/state-icon.tsx';
import { StateStrip } from '../board/state-strip.tsx';
import { STATE_WORDS } from '../board/state-words.ts';
import { StripHours } from '../board/strip-hours.tsx';
import { useMoment } from '../live/live-site-provider.tsx';
import { isMachineStale, lastHeardAt } from '../live/staleness.ts';
import { siteAddress } from '../shell/addresses.ts';
import { Navigation } from '../shell/navigation.tsx';
import { PageLink } from '../shell/page-link.tsx';
import { formatAge, formatDuration } from '../text/format-age.ts';
import { formatSince } from '../text/format-time.ts';
import { capitalise, humanise } from '../text/humanise.ts';
import type { MachinePlace } from './find-machine.ts';

const MINUTE_MS = 60_000;

/** Where this machine stands, in what state it is and was, and whether that is true now. */
export function MachineHead(props: {
  picture: Snapshot;
  place: MachinePlace;
  found: { line: LiveLine; machine: LiveMachine } | null;
}) {
  const { picture, place, found } = props;
  const { site } = picture;
  return (
    <header className="machine-head">
      <div className="machine-top">
        <nav className="machine-path" aria-label="Place">
          <PageLink to={siteAddress(site.site)}>{site.name}</PageLink> › {humanise(place.area)} ›{' '}
          {humanise(place.line)}
          {site.simulated && <span className="simulated">Simulated</span>}
        </nav>
        <Navigation board={siteAddress(site.site)} />
      </div>
      <FeedStatus beat={picture.beat} timeZone={site.timeZone} />
      <div className="machine-name-state">
        <h1 title={place.machine}>{humanise(place.machine)}</h1>
        {found !== null && <StateNow machine={found.machine} timeZone={site.timeZone} />}
      </div>
      {found !== null && <StatesNow machine={found.machine} timeZone={site.timeZone} />}
    </header>
  );
}

function StateNow({ machine, timeZone }: { machine: LiveMachine; timeZone: string }) {
  const silent = useMoment((now) => isMachineStale(machine, now));
  const pageStale = useMoment((_, status) => status.kind === 'stale');
  const heardAt = lastHeardAt(machine);
  const { state, since, reason } = machine;
  const detail = useMoment((now) => {
    if (pageStale && heardAt !== null) return `last heard ${formatAge(now - heardAt)} ago`;
    if (silent && heardAt !== null) return `nothing heard for ${formatAge(now - heardAt)}`;
    if (since === null || state === 'unknown') return '';
    return `since ${formatSince(since, now, timeZone)}, ${formatDuration(now - since)}`;
  });
  const stale = silent || pageStale;
  return (
    <p className="machine-now" data-state={stale ? 'stale' : state}>
      <StateIcon state={stale ? 'stale' : state} />
      <b>
        {silent && !pageStale ? 'STALE' : state === 'unknown' ? 'State not reported' : STATE_WORDS[state]}
      </b>
      {reason !== null && (!silent || pageStale) && <span>{capitalise(reason)}</span>}
      <span suppressHydrationWarning>{detail}</span>
    </p>
  );
}

function StatesNow({ machine, timeZone }: { machine: LiveMachine; timeZone: string }) {
  const until = useMoment((now) => Math.ceil(now / MINUTE_MS) * MINUTE_MS);
  const silent = useMoment((now) => isMachineStale(machine, now));
  return (
    <div className="machine-strip">
      <StateStrip states={machine.states} until={until} staleFrom={silent ? lastHeardAt(machine) : null} />
      <StripHours timeZone={timeZone} more={0} />
    </div>
  );
}

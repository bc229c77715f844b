import type { LiveLine } from '../../contracts/live.ts';
import { useMoment } from '../live/live-site-provider.tsx';
import { lastHeardAt } from '../live/staleness.ts';
import { formatAge, formatDuration } from '../text/format-age.ts';
import { formatSince } from '../text/format-time.ts';
import { capitalise, humanise } from '../text/humanise.ts';
import { lineState } from './line-state.ts';
import { StateIcon } from './state-icon.tsx';
import { STATE_WORDS } from './state-words.ts';

/** The line's state: shape, word, and what a person asks next (which machine, why, since when). */
export function LineStateWords({
  line,
  silent,
  timeZone,
}: {
  line: LiveLine;
  silent: boolean;
  timeZone: string;
}) {
  const { state, since, machine, reason } = lineState(line.machines);
  const pageStale = useMoment((_, status) => status.kind === 'stale');
  const heard = Math.max(...line.machines.map((each) => lastHeardAt(each) ?? -Infinity));
  const stale = silent || pageStale;
  const detail = useMoment((now) => {
    if (silent && !pageStale) return formatAge(now - heard);
    if (pageStale) return state === 'unknown' ? '' : `was: ${STATE_WORDS[state].toLowerCase()}`;
    if (state === 'unknown' || since === null) return '';
    return state === 'breakdown' ? formatDuration(now - since) : `since ${formatSince(since, now, timeZone)}`;
  });
  const why = [machine === null ? null : humanise(machine), reason === null ? null : capitalise(reason)]
    .filter((each) => each !== null)
    .join(': ');
  return (
    <div className="line-state" data-state={stale ? 'stale' : state}>
      <p>
        <StateIcon state={stale ? 'stale' : state} />
        <b>{stale ? 'STALE' : state === 'unknown' ? 'State not reported' : STATE_WORDS[state]}</b>
      </p>
      <p className="line-why">
        <span suppressHydrationWarning>{detail}</span>
        {why !== '' && (!silent || pageStale) && <span>{why}</span>}
      </p>
    </div>
  );
}

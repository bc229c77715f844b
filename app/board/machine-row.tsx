import { memo } from 'react';
import type { LiveMachine } from '../../contracts/live.ts';
import { useMoment } from '../live/live-site-provider.tsx';
import { isMachineStale, lastHeardAt } from '../live/staleness.ts';
import { PageLink } from '../shell/page-link.tsx';
import { formatAge, formatDuration } from '../text/format-age.ts';
import { capitalise, humanise } from '../text/humanise.ts';
import { StateIcon } from './state-icon.tsx';
import { StateStrip } from './state-strip.tsx';
import { STATE_WORDS } from './state-words.ts';

const MINUTE_MS = 60_000;

/** One machine: its name, its last eight hours, its state and for how long. The whole row leads to its page. */
export const MachineRow = memo(function MachineRow({
  machine,
  address,
}: {
  machine: LiveMachine;
  address: string;
}) {
  const silent = useMoment((now) => isMachineStale(machine, now));
  const pageStale = useMoment((_, status) => status.kind === 'stale');
  const until = useMoment((now) => Math.ceil(now / MINUTE_MS) * MINUTE_MS);
  const stale = silent || pageStale;
  const heardAt = lastHeardAt(machine);
  // A stale page still says what was last known; a machine silent on a live page says that it is.
  const words = silent && !pageStale ? 'STALE' : STATE_WORDS[machine.state];
  const since = useMoment((now) => {
    if (pageStale && heardAt !== null) return `${formatAge(now - heardAt)} ago`;
    if (silent && heardAt !== null) return formatAge(now - heardAt);
    return machine.since === null ? '' : formatDuration(now - machine.since);
  });
  return (
    <li className="machine-row" data-state={silent ? 'stale' : machine.state} data-stale={stale || undefined}>
      <PageLink to={address} className="machine-name" title={machine.machine}>
        {humanise(machine.machine)}
      </PageLink>
      <StateStrip states={machine.states} until={until} staleFrom={silent ? heardAt : null} />
      <span className="machine-state" title={machine.reason ?? undefined}>
        <StateIcon state={stale ? 'stale' : machine.state} />
        <span className="machine-words">
          {words}
          {!silent && machine.reason !== null && <small> {capitalise(machine.reason)}</small>}
        </span>
      </span>
      <span className="machine-since" suppressHydrationWarning>
        {since}
      </span>
    </li>
  );
});

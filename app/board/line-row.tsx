import { memo } from 'react';
import type { LiveLine } from '../../contracts/live.ts';
import { useMoment } from '../live/live-site-provider.tsx';
import { isMachineStale } from '../live/staleness.ts';
import { machineAddress } from '../shell/addresses.ts';
import { formatSince } from '../text/format-time.ts';
import { humanise } from '../text/humanise.ts';
import { LineStateWords } from './line-state-words.tsx';
import { MachineRow } from './machine-row.tsx';
import { pickMachines } from './pick-machines.ts';
import { pickValues } from './pick-values.ts';
import { MAX_MACHINES } from './plan-pages.ts';
import { StripHours } from './strip-hours.tsx';
import { ValueTile } from './value-tile.tsx';

const VALUE_COLUMNS = 3;

/** An order whose time is over says so: it is the latest there is. */
function PlannedUntil({ at, timeZone }: { at: number; timeZone: string }) {
  const words = useMoment(
    (now) => `${now > at ? 'was planned until' : 'until'} ${formatSince(at, now, timeZone)}`,
  );
  return <span suppressHydrationWarning>{words}</span>;
}

/** A line as one row of the wall, or one card on a phone. */
export const LineRow = memo(function LineRow(props: {
  site: string;
  timeZone: string;
  line: LiveLine;
  valueRows: number;
}) {
  const { site, timeZone, line } = props;
  const silent = useMoment(
    (now) => line.machines.length > 0 && line.machines.every((each) => isMachineStale(each, now)),
  );
  const broken = line.machines.some((machine) => machine.state === 'breakdown');
  const machines = pickMachines(line.machines, MAX_MACHINES);
  const hidden = line.machines.length - machines.length;
  const id = `line-${line.lineId}`;
  return (
    <article
      className="line-row"
      aria-labelledby={id}
      data-attention={silent ? 'stale' : broken ? 'critical' : undefined}
    >
      <header className="line-head">
        <h2 id={id} title={`${line.area}/${line.line}`}>
          {humanise(line.line)}
        </h2>
        <p className="line-order" title={line.order?.product}>
          {line.order === null ? humanise(line.area) : line.order.product}
        </p>
        <LineStateWords line={line} silent={silent} timeZone={timeZone} />
        {line.order !== null && (
          <p className="line-plan">
            {line.order.order} · <PlannedUntil at={line.order.plannedTo} timeZone={timeZone} />
          </p>
        )}
      </header>
      <div className="line-machines">
        <ul>
          {machines.map((machine) => (
            <MachineRow
              key={machine.machineId}
              machine={machine}
              address={machineAddress({ site, area: line.area, line: line.line, machine: machine.machine })}
            />
          ))}
        </ul>
        <StripHours timeZone={timeZone} more={hidden} />
      </div>
      <div className="line-values" style={{ '--value-rows': props.valueRows }}>
        {pickValues(line.machines, props.valueRows * VALUE_COLUMNS).map(({ machine, signal }) => (
          <ValueTile key={signal.signalId} machine={machine.machine} signal={signal} />
        ))}
      </div>
    </article>
  );
});

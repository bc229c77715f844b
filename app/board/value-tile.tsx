import { memo } from 'react';
import type { LiveSignal } from '../../contracts/live.ts';
import { Age } from '../live/age.tsx';
import { useMoment } from '../live/live-site-provider.tsx';
import { isSignalStale } from '../live/staleness.ts';
import { formatUnit } from '../text/format-unit.ts';
import { humanise } from '../text/humanise.ts';
import { Spark } from '../trend/spark.tsx';
import { showValue } from './show-value.ts';

/** One key value: what, how much, how it went, how old. Every part has its own slot, so nothing moves when it changes. */
export const ValueTile = memo(function ValueTile({
  machine,
  signal,
}: {
  machine: string;
  signal: LiveSignal;
}) {
  const stale = useMoment((now, status) => status.kind === 'stale' || isSignalStale(signal, now));
  const doubt = signal.at === null ? 'none' : stale ? 'stale' : signal.quality;
  const unit = formatUnit(signal.unit);
  const [shortUnit, longUnit] = unit.length <= MOST_UNIT_LETTERS ? [unit, ''] : ['', unit];
  return (
    <div className="value-tile" data-doubt={doubt}>
      <div className="value-name" title={`${machine} ${signal.signal}`}>
        <span>{humanise(machine)}</span>
        <b>
          {humanise(signal.signal)}
          {longUnit !== '' && `, ${longUnit}`}
        </b>
      </div>
      <div className="value-number" data-kind={signal.kind}>
        <span className="value-figure" title={signal.value === null ? undefined : String(signal.value)}>
          {showValue(signal)}
        </span>
        {shortUnit !== '' && <span className="value-unit">{shortUnit}</span>}
      </div>
      <div className="value-trend">
        {doubt === 'good' ? (
          signal.trend !== null && <Spark steps={signal.trend} />
        ) : (
          <b>{DOUBT_WORDS[doubt]}</b>
        )}
      </div>
      <div className="value-age">
        <Age at={signal.at} />
      </div>
    </div>
  );
});

/** Longer ones would not fit beside five digits: they stand with the name. */
const MOST_UNIT_LETTERS = 4;

const DOUBT_WORDS = {
  none: 'No value yet',
  stale: 'STALE',
  good: '',
  uncertain: 'Uncertain',
  bad: 'Bad',
} as const;

import { memo } from 'react';
import type { LiveSignal } from '../../contracts/live.ts';
import { Age } from '../live/age.tsx';
import { useMoment } from '../live/live-site-provider.tsx';
import { isSignalStale } from '../live/staleness.ts';
import { showExact } from '../board/show-value.ts';
import { formatUnit } from '../text/format-unit.ts';
import { humanise } from '../text/humanise.ts';
import type { View } from '../trend/ranges.ts';
import { TrendChart } from '../trend/trend-chart.tsx';
import { QUALITY_WORDS } from './quality-words.ts';

/** A signal that is a number: what it is now, how far that can be trusted, and how it went. */
export const SignalPanel = memo(function SignalPanel(props: {
  signal: LiveSignal;
  view: View;
  timeZone: string;
  onView: (view: View) => void;
}) {
  const { signal } = props;
  const stale = useMoment((now, status) => status.kind === 'stale' || isSignalStale(signal, now));
  const doubt = signal.at === null ? 'none' : stale ? 'stale' : signal.quality;
  const id = `signal-${signal.signalId}`;
  return (
    <article className="signal-panel" aria-labelledby={id} data-doubt={doubt}>
      <header>
        <h2 id={id} title={signal.signal}>
          {humanise(signal.signal)}
        </h2>
        <p className="signal-value">
          <b>{showExact(signal)}</b> <span>{formatUnit(signal.unit)}</span>
        </p>
        <p className="signal-trust">
          <span>{QUALITY_WORDS[doubt]}</span> <Age at={signal.at} />
        </p>
      </header>
      <TrendChart
        signal={signal}
        label={humanise(signal.signal)}
        view={props.view}
        timeZone={props.timeZone}
        onView={props.onView}
      />
    </article>
  );
});

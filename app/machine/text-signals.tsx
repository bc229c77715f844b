import type { LiveSignal } from '../../contracts/live.ts';
import { Age } from '../live/age.tsx';
import { useMoment } from '../live/live-site-provider.tsx';
import { isSignalStale } from '../live/staleness.ts';
import { formatStamp } from '../text/format-time.ts';
import { humanise } from '../text/humanise.ts';
import { QUALITY_WORDS } from './quality-words.ts';

/** Signals that speak in words. */
export function TextSignals({ signals, timeZone }: { signals: readonly LiveSignal[]; timeZone: string }) {
  return (
    <section className="card" aria-labelledby="text-signals">
      <h2 id="text-signals">Words</h2>
      <div className="table-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Signal</th>
              <th scope="col">Value</th>
              <th scope="col">Quality</th>
              <th scope="col">Said at</th>
              <th scope="col" className="number">
                Age
              </th>
            </tr>
          </thead>
          <tbody>
            {signals.map((signal) => (
              <TextRow key={signal.signalId} signal={signal} timeZone={timeZone} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function TextRow({ signal, timeZone }: { signal: LiveSignal; timeZone: string }) {
  const stale = useMoment((now, status) => status.kind === 'stale' || isSignalStale(signal, now));
  const doubt = signal.at === null ? 'none' : stale ? 'stale' : signal.quality;
  return (
    <tr data-doubt={doubt}>
      <th scope="row" title={signal.signal}>
        {humanise(signal.signal)}
      </th>
      <td className="said">{signal.value === null || signal.value === '' ? '–' : signal.value}</td>
      <td>{QUALITY_WORDS[doubt]}</td>
      <td>{signal.at === null ? '–' : formatStamp(signal.at, timeZone)}</td>
      <td className="number">
        <Age at={signal.at} />
      </td>
    </tr>
  );
}

import { formatAge } from '../text/format-age.ts';
import { showExact } from '../board/show-value.ts';
import { machineAddress } from '../shell/addresses.ts';
import { PageLink } from '../shell/page-link.tsx';
import { isSignalStale } from '../live/staleness.ts';
import { formatCount } from '../text/format-number.ts';
import { formatUnit } from '../text/format-unit.ts';
import type { ConnectNow } from './load-connect.ts';

/** The newest signals of the visitor's own sites. The simulated plant is only counted: it would drown them. */
export function Arrivals({ now }: { now: ConnectNow }) {
  if (now.arrivals.length === 0) {
    return (
      <p className="text-muted">
        Nothing yet on a site of your own.
        {now.readingsPerS > 0 &&
          ` The simulated plant sends ${formatCount(now.readingsPerS)} readings a second meanwhile.`}
      </p>
    );
  }
  return (
    <div className="table-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">Signal</th>
            <th scope="col" className="number">
              Value
            </th>
            <th scope="col" className="number">
              Age
            </th>
          </tr>
        </thead>
        <tbody>
          {now.arrivals.map(({ signal, ...place }) => {
            const ageMs = now.at - (signal.at ?? now.at);
            const stale = !now.live || isSignalStale(signal, now.at);
            return (
              <tr key={signal.signalId} data-doubt={stale ? 'stale' : undefined}>
                <th scope="row">
                  <PageLink to={machineAddress(place)}>
                    {[place.site, place.area, place.line, place.machine].join('/')}/<b>{signal.signal}</b>
                  </PageLink>
                </th>
                <td className="number said">
                  {showExact(signal)} <small>{formatUnit(signal.unit)}</small>
                </td>
                <td className="number">
                  {stale && <b>STALE </b>}
                  {formatAge(ageMs)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

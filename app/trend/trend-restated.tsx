import type { Readings } from '../../contracts/api/readings.ts';
import { formatExact } from '../text/format-number.ts';
import { formatClock, formatStamp } from '../text/format-time.ts';

const SHOWN = 3;

/** Hours whose figures changed after they had been told: when, and what they said before. Nothing when there are none. */
export function TrendRestated(props: {
  restated: Readings['restated'];
  unit: string | null;
  timeZone: string;
}) {
  const { restated = [], unit, timeZone } = props;
  if (restated.length === 0) return null;
  const more = restated.length - SHOWN;
  return (
    <details className="trend-note">
      <summary>
        {restated.length === 1 ? 'One hour was restated' : `${restated.length} hours were restated`}: readings
        came late
      </summary>
      <ul>
        {restated.slice(0, SHOWN).map(({ from, to, restatedAt, was }) => (
          <li key={from}>
            {formatStamp(from, timeZone)} to {formatClock(to, timeZone)}: restated{' '}
            {formatStamp(restatedAt, timeZone)},{' '}
            {was === null
              ? 'had no readings before'
              : `was ${formatExact(was.mean)}${unit === null ? '' : ` ${unit}`} on average of ${was.count}`}
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
    </details>
  );
}

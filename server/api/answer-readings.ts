import type { Readings } from '../../contracts/api/readings.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import { listRestated } from '../queries/history/list-restated.ts';
import { readHistory } from '../queries/history/read-history.ts';
import { answer, refuseQuery, type Answer } from './answer.ts';
import { findAskedSignal, unknownSignal } from './find-asked-signal.ts';
import { parseRange } from './parse-range.ts';

export interface ReadingsQuery {
  signal: string;
  from: string;
  to: string;
  points: number;
  average?: 'time' | undefined;
  of?: 'delta' | 'rate' | undefined;
}

/** Columns are counted in 64-bit integers: microseconds × points must fit. */
const MOST_MICROS_TIMES_POINTS = 9e18;

/** The one answer to "readings by column", for the API and for pages. */
export async function answerReadings(
  deps: { database: Database; clock: Clock; abort?: AbortSignal },
  organisationIds: readonly number[],
  query: ReadingsQuery,
): Promise<Answer<Readings>> {
  const range = parseRange(query);
  if (!range.ok) return range;
  const { fromMicros, toMicros } = range.value;
  if ((toMicros - fromMicros) * query.points > MOST_MICROS_TIMES_POINTS) {
    const most = Math.floor(MOST_MICROS_TIMES_POINTS / (toMicros - fromMicros));
    return refuseQuery([{ name: 'points', message: `must be at most ${most} for a range of this length` }]);
  }
  const signal = await findAskedSignal(deps.database, organisationIds, query.signal);
  if (!signal.ok) return signal;
  const { signalId, staleAfterMs, unit, kind } = signal.value;
  const history = await readHistory(deps, organisationIds, {
    signalId,
    staleAfterMs,
    fromMicros,
    toMicros,
    points: query.points,
    weighed: query.average !== undefined || query.of !== undefined,
  });
  if (history === null) return unknownSignal(query.signal);
  if (kind === 'text' && !history.hasNumbers) {
    return refuseQuery([
      {
        name: 'signal',
        message: 'holds texts, which have no columns: ask GET /api/v1/readings.csv for them',
      },
    ]);
  }
  const restated = await listRestated(deps.database, organisationIds, { signalId, fromMicros, toMicros });
  return answer({
    signalId,
    unit,
    from: fromMicros / 1000,
    to: toMicros / 1000,
    columns: history.columns.map(({ at, figures, weighed }) => ({
      at: at / 1000,
      ...figures,
      ...(weighed !== undefined && query.average === 'time' ? { mean: weighed.mean } : {}),
      ...(weighed !== undefined && query.of === 'delta' ? { delta: weighed.delta } : {}),
      ...(weighed !== undefined && query.of === 'rate' ? { rate: weighed.rate } : {}),
    })),
    gaps: history.gaps.map(([from, to]): [number, number] => [from / 1000, to / 1000]),
    ...(history.gapsOmitted === 0 ? {} : { gapsOmitted: history.gapsOmitted }),
    ...(restated.length === 0 ? {} : { restated }),
    source: history.source,
  });
}

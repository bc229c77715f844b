import type { Clock } from '../../../contracts/clock.ts';
import type { Database } from '../../../contracts/database.ts';
import { createGapList, type Gap, type GapList } from './gap-list.ts';
import {
  createHistoryPort,
  SignalGone,
  type HistoryQuestion,
  type RolledColumn,
  type ScanState,
} from './history-port.ts';
import { HOUR_US, hourCeiling, hourOf } from './hour.ts';
import { intervalsOf, LEAST_ALLOWED_US, lowerMedian, SAMPLE_SIZE } from './intervals.ts';
import { createColumnMerge, type ColumnFigures } from './merge-columns.ts';
import { readRolled } from './read-rolled.ts';
import type { RolledTier } from './rolled-tier.ts';
import type { Weighed } from './weigh.ts';
import { weighHistory } from './weigh-history.ts';

export type { HistoryQuestion } from './history-port.ts';

/** Times are microseconds. */
export interface History {
  /** Columns without usable readings are absent. */
  columns: { at: number; figures: ColumnFigures; weighed?: Weighed }[];
  gaps: Gap[];
  /** Gaps beyond the `MOST_GAPS` longest. */
  gapsOmitted: number;
  /** Whether the signal has any usable reading at all. */
  hasNumbers: boolean;
  /** What answered: the readings themselves, or a rollup and the readings that are not rolled up yet. */
  source: 'raw' | RolledTier;
}

export const MOST_GAPS = 5_000;
/** How much time one page covers at most: each daily chunk in it is planned for and locked. */
const WINDOW_US = 32 * 24 * HOUR_US;

/**
 * History by column and the gaps in it: from rollups as far as they reach where columns are wide enough, else over the
 * raw readings, read in pages of bounded length (docs/api.md has the rule, docs/decisions/007 and 013 the reasons). It must never hold one statement or transaction for long, nor gather readings.
 *
 * @returns null when there is no such signal, or it is not theirs.
 * @throws the reason of `abort` once nobody waits for the answer.
 */
export async function readHistory(
  deps: { database: Database; clock: Clock; abort?: AbortSignal },
  organisationIds: readonly number[],
  question: HistoryQuestion,
): Promise<History | null> {
  try {
    return await scan({ ...deps, abort: deps.abort ?? null }, organisationIds, question);
  } catch (error) {
    if (error instanceof SignalGone) return null;
    throw error;
  }
}

async function scan(
  deps: { database: Database; clock: Clock; abort: AbortSignal | null },
  organisationIds: readonly number[],
  question: HistoryQuestion,
): Promise<History> {
  const { fromMicros: from, toMicros: to, points } = question;
  const port = createHistoryPort(deps, organisationIds, question);
  const merge = createColumnMerge();
  const gapList = createGapList(from, to, MOST_GAPS);
  const gapStarts = new Set<number>();
  const gaps: GapList = {
    ...gapList,
    add: (gap) => {
      if (question.weighed === true) gapStarts.add(gap[0]);
      gapList.add(gap);
    },
  };
  const rolledColumns: RolledColumn[] = [];
  const declaredUs = question.staleAfterMs === null ? null : question.staleAfterMs * 1000;

  let state: ScanState = { usable: null, allowedUs: null, intervals: [] };
  let openingUs: number | null = null;
  let position: number;
  let ahead: number | null | undefined;
  let hasNumbers = true;

  async function take(scanTo: number): Promise<void> {
    const page = await port.page({ from: position, to: scanTo, openingUs }, state);
    merge.add(page.columns);
    page.gaps.forEach((gap) => gaps.add(gap));
    state = page.state;
    position = page.next;
  }

  const rolled = await readRolled(port, question, {
    merge,
    gaps,
    onColumns: (columns) => question.weighed === true && rolledColumns.push(...columns),
  });
  const near = rolled === null ? await port.usableBefore(from, SAMPLE_SIZE + 1) : [];
  const before = near.at(-1);
  if (rolled !== null) {
    ({ seam: position, state, ahead } = rolled);
  } else if (before === undefined) {
    // The signal's life begins in the range or after it: the range's begin takes the place of the reading before.
    const opening = await port.usableAfter(from, SAMPLE_SIZE + 1);
    const first = opening[0];
    hasNumbers = first !== undefined;
    openingUs = lowerMedian(intervalsOf(opening));
    const allowedUs = declaredUs ?? Math.max(LEAST_ALLOWED_US, 3 * (openingUs ?? 0));
    if (first === undefined || first - from > allowedUs) gaps.add([from, first ?? to]);
    position = first === undefined || first >= to ? hourCeiling(to) : hourOf(first);
  } else {
    // The hour of the reading before the range says how long a silence after it may be.
    position = hourOf(before);
    const earlier = await port.usableBefore(position, SAMPLE_SIZE + 1);
    state = { usable: earlier.at(-1) ?? null, allowedUs: null, intervals: intervalsOf(earlier) };
    if (earlier.length === 0)
      openingUs = lowerMedian(intervalsOf(await port.usableAfter(position, SAMPLE_SIZE + 1)));
    const page = await port.page({ from: position, to: position + HOUR_US, openingUs }, state);
    if (page.next > from) {
      merge.add(page.columns);
      page.gaps.forEach((gap) => gaps.add(gap));
      state = page.state;
      position = page.next;
    } else {
      // A page that ended within the hour: it is dense, and what remains of it before `from` need not be read.
      const dense = page.next < position + HOUR_US;
      state = dense
        ? { usable: before, allowedUs: declaredUs ?? LEAST_ALLOWED_US, intervals: intervalsOf(near) }
        : page.state;
      position = hourOf(from) === position ? from : hourOf(from);
    }
  }

  // A position within an hour says that the hour is dense; then the rest of it after `to` need not be read either.
  const isOnHour = () => position === hourOf(position);
  while (position < (isOnHour() ? hourCeiling(to) : to)) {
    const lastHour = hourCeiling(position + 1) >= to;
    const scanTo = !isOnHour() && lastHour ? to : Math.min(hourOf(position) + WINDOW_US, hourCeiling(to));
    const known = state.usable;
    await take(scanTo);
    if (state.usable === known && position < to) {
      // Nothing in this window: go on where the next reading is, or end.
      [ahead = null] = await port.usableAfter(position, 1);
      if (ahead === null || ahead >= to) break;
      position = Math.max(position, hourOf(ahead));
      ahead = undefined;
    }
  }

  if (state.usable !== null && state.usable < to) {
    if (ahead === undefined) [ahead = null] = await port.usableAfter(Math.max(position, to), 1);
    // Where no reading follows, the range's end takes its place, or now where that is earlier.
    const silenceUs = (ahead ?? Math.min(to, deps.clock.now() * 1000)) - state.usable;
    if (silenceUs > (state.allowedUs ?? LEAST_ALLOWED_US)) gaps.add([state.usable, to]);
  }

  const weigher =
    question.weighed === true
      ? await weighHistory(deps, organisationIds, question, {
          rolled: rolledColumns,
          readFrom: rolled?.seam ?? from,
          beforeUs: before ?? (rolled === null ? null : ((await port.usableBefore(from, 1))[0] ?? null)),
          gapStarts,
          nowMicros: deps.clock.now() * 1000,
        })
      : null;

  const { gaps: kept, omitted } = gaps.result();
  return {
    columns: merge.columns().map(([column, figures]) => ({
      at: from + (column * (to - from)) / points,
      figures,
      ...(weigher === null ? {} : { weighed: weigher.of(column) }),
    })),
    gaps: kept,
    gapsOmitted: omitted,
    hasNumbers,
    source: rolled?.tier ?? 'raw',
  };
}

import type { Clock } from '../../../contracts/clock.ts';
import type { Database } from '../../../contracts/database.ts';
import { createPageSize } from './page-size.ts';
import type { PageColumn } from './merge-columns.ts';
import type { Floors, RolledTier } from './rolled-tier.ts';

export interface HistoryQuestion {
  signalId: number;
  /** Declared by people; null means gaps follow the signal's cadence. */
  staleAfterMs: number | null;
  fromMicros: number;
  /** Exclusive. */
  toMicros: number;
  points: number;
  /** Whether columns are to have their time-weighted mean and growth, too. */
  weighed?: boolean;
}

/** What a page of history needs to know of what lies before it. Times are microseconds. */
export interface ScanState {
  /** The newest usable reading so far. */
  usable: number | null;
  /** The longest distance after it that is no gap. */
  allowedUs: number | null;
  /** The latest intervals, oldest first. */
  intervals: readonly number[];
}

export interface HistoryPage {
  /** Where to go on: on an hour, or within one that is dense. */
  next: number;
  state: ScanState;
  columns: readonly PageColumn[];
  gaps: readonly (readonly [number, number])[];
}

/** A column that rollups answered; times in µs, `integral` in value × seconds. */
export type RolledColumn = readonly [
  column: number,
  min: number,
  max: number,
  first: number,
  last: number,
  count: number,
  firstUs: number,
  lastUs: number,
  coveredUs: number,
  integral: number,
  rise: number,
  gapBefore: boolean,
];

/** What is known where rollups end: see telemetry.rollup_seam. */
export interface Seam {
  seam: number;
  usable: number;
  allowedUs: number | null;
  intervals: readonly number[];
  firstUs: number | null;
  openingUs: number | null;
  nextUs: number | null;
  floors: Floors;
}

/** How often a search among unusable readings goes on; beyond a million of them there is no neighbour worth naming. */
const MOST_SEARCHES = 60;
const SEARCH_ROWS = 20_000;

/** The signal is not there, or no longer, or not theirs. */
export class SignalGone extends Error {}

/**
 * The three reads of `telemetry` that history is made of, each a short transaction of its own.
 * It must never hold a transaction between two reads.
 */
export function createHistoryPort(
  deps: { database: Database; clock: Clock; abort: AbortSignal | null },
  organisationIds: readonly number[],
  question: HistoryQuestion,
) {
  const { database, clock, abort } = deps;
  const { signalId, fromMicros, toMicros, points } = question;
  const declaredUs = question.staleAfterMs === null ? null : question.staleAfterMs * 1000;
  const asker = { role: 'sentia_app', organisationIds } as const;
  const pageSize = createPageSize();

  async function search(
    from: number,
    wanted: number,
    ask: (from: number, wanted: number) => Promise<{ usable: number[] | null; resume_from: number | null }[]>,
  ): Promise<number[]> {
    const found: number[] = [];
    let next: number | null = from;
    for (let searches = 0; next !== null && searches < MOST_SEARCHES; searches++) {
      abort?.throwIfAborted();
      const [answer] = await ask(next, wanted - found.length);
      if (!answer?.usable) throw new SignalGone();
      found.push(...answer.usable);
      next = answer.resume_from;
    }
    return found;
  }

  return {
    /** The usable readings next before a time, oldest first. */
    usableBefore: async (before: number, wanted: number): Promise<number[]> => {
      const found = await search(before, wanted, (from, still) =>
        database.transaction(
          asker,
          (sql) => sql<{ usable: number[] | null; resume_from: number | null }>`
            SELECT usable, resume_from
            FROM telemetry.usable_before(${signalId}::int, ${from}::bigint, ${still}::int, ${SEARCH_ROWS}::int)`,
        ),
      );
      return found.reverse();
    },
    /** The usable readings at or next after a time, oldest first. */
    usableAfter: (since: number, wanted: number): Promise<number[]> =>
      search(since, wanted, (from, still) =>
        database.transaction(
          asker,
          (sql) => sql<{ usable: number[] | null; resume_from: number | null }>`
            SELECT usable, resume_from
            FROM telemetry.usable_after(${signalId}::int, ${from}::bigint, ${still}::int, ${SEARCH_ROWS}::int)`,
        ),
      ),
    /** Where rollups end for this signal; null where there are none. */
    seam: async (): Promise<Seam | null> => {
      abort?.throwIfAborted();
      const [row] = await database.transaction(
        asker,
        (sql) => sql<Omit<Seam, 'floors'> & { rawFloor: number; minuteFloor: number; hourFloor: number }>`
          SELECT seam, usable, allowed_us AS "allowedUs", intervals, first_us AS "firstUs", opening_us AS "openingUs",
            next_us AS "nextUs", raw_floor AS "rawFloor", minute_floor AS "minuteFloor", hour_floor AS "hourFloor"
          FROM telemetry.rollup_seam(${signalId}::int, ${toMicros}::bigint)`,
      );
      if (row === undefined) return null;
      const { rawFloor, minuteFloor, hourFloor, ...seam } = row;
      return { ...seam, floors: { raw: rawFloor, '1m': minuteFloor, '1h': hourFloor } };
    },
    /** The columns from `from` up to before `to`, as far as they lie before the seam, and the gaps that end there. */
    rolledColumns: async (asked: {
      from: number;
      to: number;
      tier: RolledTier;
      known: Seam;
    }): Promise<{ columns: RolledColumn[]; gaps: [number, number][]; tookMs: number }> => {
      abort?.throwIfAborted();
      const { seam, floors } = asked.known;
      const startedMs = clock.now();
      const [row] = await database.transaction(
        asker,
        (sql) => sql<{ columns: RolledColumn[]; gaps: [number, number][] }>`
          SELECT columns, gaps
          FROM telemetry.rollup_columns(${signalId}::int, ${fromMicros}::bigint, ${toMicros}::bigint, ${points}::int,
            ${asked.from}::int, ${asked.to}::int, ${seam}::bigint, ${asked.tier},
            ${floors.raw}::bigint, ${floors['1m']}::bigint, ${floors['1h']}::bigint)`,
      );
      if (row === undefined) throw new SignalGone();
      return { ...row, tookMs: clock.now() - startedMs };
    },
    page: async (
      scan: { from: number; to: number; openingUs: number | null },
      state: ScanState,
    ): Promise<HistoryPage> => {
      abort?.throwIfAborted();
      const startedMs = clock.now();
      const [row] = await database.transaction(
        asker,
        (sql) => sql<{
          next_scan_from: number;
          newest_usable: number | null;
          newest_allowed_us: number | null;
          newest_intervals: number[];
          columns: PageColumn[];
          gaps: [number, number][];
        }>`
          SELECT next_scan_from, newest_usable, newest_allowed_us, newest_intervals, columns, gaps
          FROM telemetry.history_page(${signalId}::int, ${fromMicros}::bigint, ${toMicros}::bigint, ${points}::int,
            ${declaredUs}::bigint, ${scan.from}::bigint, ${scan.to}::bigint, ${pageSize.rows()}::int,
            ${state.usable}::bigint, ${state.allowedUs}::bigint, ${state.intervals}::bigint[],
            ${scan.openingUs}::bigint)`,
      );
      pageSize.took(clock.now() - startedMs);
      if (row === undefined) throw new SignalGone();
      return {
        next: row.next_scan_from,
        state: {
          usable: row.newest_usable,
          allowedUs: row.newest_allowed_us,
          intervals: row.newest_intervals,
        },
        columns: row.columns,
        gaps: row.gaps,
      };
    },
  };
}

export type HistoryPort = ReturnType<typeof createHistoryPort>;

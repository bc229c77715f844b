import type { Clock } from '../../../contracts/clock.ts';
import type { Database } from '../../../contracts/database.ts';
import { createPageSize } from './page-size.ts';
import type { PageColumn } from './merge-columns.ts';

export interface HistoryQuestion {
  signalId: number;
  /** Declared by people; null means gaps follow the signal's cadence. */
  staleAfterMs: number | null;
  fromMicros: number;
  /** Exclusive. */
  toMicros: number;
  points: number;
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

import { columnOf } from './column-of.ts';
import type { HistoryQuestion, RolledColumn } from './history-port.ts';

/** Figures of a column that need the readings beside it, too. */
export interface Weighed {
  /** Time-weighted: each value holds until the next reading, and not over a gap. null where nothing is covered. */
  mean: number | null;
  /** What a counter grew by since the reading before the column's first; a fall is a reset to 0. */
  delta: number;
  /** Growth a second over the time between those readings; null for a signal's first reading alone. */
  rate: number | null;
}

export interface Weigher {
  /** Columns that rollups answered, page by page. */
  addRolled(columns: readonly RolledColumn[]): void;
  /** The next reading by time. */
  addReading(us: number, value: number): void;
  /** The last value holds until then. */
  end(us: number): void;
  of(column: number): Weighed;
}

interface Sum {
  coveredUs: number;
  integral: number;
  rise: number;
  elapsedUs: number;
}

/** @param isGapAfter whether a gap begins with the reading of this time. */
export function createWeigher(
  grid: Pick<HistoryQuestion, 'fromMicros' | 'toMicros' | 'points'>,
  before: { us: number; value: number } | null,
  isGapAfter: (us: number) => boolean,
): Weigher {
  const { fromMicros, toMicros, points } = grid;
  const columnUs = (toMicros - fromMicros) / points;
  const sums = new Map<number, Sum>();
  let newest = before;

  function sumOf(column: number): Sum {
    let sum = sums.get(column);
    if (sum === undefined) sums.set(column, (sum = { coveredUs: 0, integral: 0, rise: 0, elapsedUs: 0 }));
    return sum;
  }

  /** Lets the newest value hold until `us`, column by column. */
  function hold(us: number): void {
    if (newest === null || isGapAfter(newest.us)) return;
    const end = Math.min(us, toMicros);
    for (let from = Math.max(newest.us, fromMicros); from < end;) {
      const column = columnOf(grid, from);
      // A column's end is no whole microsecond; the next one begins with the first that is not below.
      const to = Math.max(from + 1, Math.min(end, fromMicros + Math.ceil((column + 1) * columnUs)));
      const sum = sumOf(column);
      sum.coveredUs += to - from;
      sum.integral += (newest.value * (to - from)) / 1e6;
      from = to;
    }
  }

  function link(us: number, value: number): Sum {
    hold(us);
    const sum = sumOf(columnOf(grid, us));
    if (newest !== null) {
      sum.rise += value >= newest.value ? value - newest.value : Math.max(value, 0);
      sum.elapsedUs += us - newest.us;
    }
    return sum;
  }

  return {
    addRolled: (columns) => {
      for (const column of [...columns].sort((a, b) => a[0] - b[0])) {
        const [i, , , first, last, , firstUs, lastUs, coveredUs, integral, rise] = column;
        link(firstUs, first);
        const sum = sumOf(i);
        sum.coveredUs += coveredUs;
        sum.integral += integral;
        sum.rise += rise;
        sum.elapsedUs += lastUs - firstUs;
        newest = { us: lastUs, value: last };
      }
    },
    addReading: (us, value) => {
      link(us, value);
      newest = { us, value };
    },
    end: hold,
    of: (column) => {
      const { coveredUs, integral, rise, elapsedUs } = sumOf(column);
      return {
        mean: coveredUs === 0 ? null : integral / (coveredUs / 1e6),
        delta: rise,
        rate: elapsedUs === 0 ? null : rise / (elapsedUs / 1e6),
      };
    },
  };
}

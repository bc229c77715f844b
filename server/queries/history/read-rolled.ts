import { columnOf } from './column-of.ts';
import type { GapList } from './gap-list.ts';
import type { HistoryPort, HistoryQuestion, RolledColumn, ScanState } from './history-port.ts';
import { LEAST_ALLOWED_US } from './intervals.ts';
import type { ColumnMerge } from './merge-columns.ts';
import { rolledTier, TIER_US, type RolledTier } from './rolled-tier.ts';

/** What the rollups have answered, and how the readings after it go on. */
export interface RolledPart {
  tier: RolledTier;
  /** From here on readings are read raw; on an hour. */
  seam: number;
  state: ScanState;
  /** The reading next after the seam, where readings of that time are gone; undefined: look for it. */
  ahead: number | undefined;
}

/** How many columns one question covers at first. Those whose edges cut no bucket cost a row a bucket and are many. */
const FIRST_COLUMNS = 64;
const FIRST_WHOLE_COLUMNS = 1_000;
const SHORT_MS = 60;
const LONG_MS = 120;

/**
 * Reads what of the range is rolled up into `merge` and `gaps`. It must never answer for an hour that is not rolled up
 * or dirty.
 * @returns null where the range has to be read raw.
 */
export async function readRolled(
  port: HistoryPort,
  question: HistoryQuestion,
  into: { merge: ColumnMerge; gaps: GapList; onColumns: (columns: readonly RolledColumn[]) => void },
): Promise<RolledPart | null> {
  const { fromMicros: from, toMicros: to, points } = question;
  const known = await port.seam();
  if (known === null || known.seam <= from) return null;
  const tier = rolledTier(question, known.floors);
  if (tier === 'raw') return null;

  const declaredUs = question.staleAfterMs === null ? null : question.staleAfterMs * 1000;
  if (known.firstUs !== null && known.firstUs > from) {
    // The signal's life begins in the range: its begin takes the place of the reading before.
    const allowedUs = declaredUs ?? Math.max(LEAST_ALLOWED_US, 3 * (known.openingUs ?? 0));
    if (known.firstUs - from > allowedUs) into.gaps.add([from, known.firstUs]);
  }
  const columns = columnOf(question, Math.min(known.seam, to) - 1) + 1;
  const bucketUs = TIER_US[tier];
  const isWhole = from % bucketUs === 0 && (to - from) % (bucketUs * points) === 0;
  let step = isWhole ? FIRST_WHOLE_COLUMNS : FIRST_COLUMNS;
  for (let column = 0; column < columns;) {
    const next = Math.min(column + step, columns);
    const page = await port.rolledColumns({
      from: column,
      to: next === columns ? points : next,
      tier,
      known,
    });
    into.merge.add(
      page.columns.map(([i, min, max, first, last, count]) => [i, min, max, first, last, count]),
    );
    into.onColumns(page.columns);
    page.gaps.forEach((gap) => into.gaps.add(gap));
    if (page.tookMs < SHORT_MS) step *= 2;
    else if (page.tookMs > LONG_MS) step = Math.max(1, Math.floor(step / 2));
    column = next;
  }
  return {
    tier,
    seam: known.seam,
    state: { usable: known.usable, allowedUs: declaredUs ?? known.allowedUs, intervals: known.intervals },
    ahead: known.floors.raw >= to ? (known.nextUs ?? undefined) : undefined,
  };
}

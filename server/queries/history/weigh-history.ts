import type { Database } from '../../../contracts/database.ts';
import { rawPages } from '../raw-pages.ts';
import type { HistoryQuestion, RolledColumn } from './history-port.ts';
import { createWeigher, type Weigher } from './weigh.ts';

/**
 * Time-weighted means and counters' growth of a history whose columns and gaps are known: from what rollups answered,
 * and from the readings after them, page by page. It must never gather readings.
 */
export async function weighHistory(
  deps: { database: Database; abort: AbortSignal | null },
  organisationIds: readonly number[],
  question: HistoryQuestion,
  found: {
    rolled: readonly RolledColumn[];
    /** Where readings begin to be weighed one by one. */
    readFrom: number;
    /** The newest usable reading before the range. */
    beforeUs: number | null;
    gapStarts: ReadonlySet<number>;
    /** The last value holds no longer than until now. */
    nowMicros: number;
  },
): Promise<Weigher> {
  const { signalId, fromMicros, toMicros } = question;
  const { beforeUs } = found;
  async function* usable(from: number, to: number): AsyncGenerator<{ us: number; value: number }> {
    for await (const page of rawPages(deps.database, organisationIds, {
      signalId,
      fromMicros: from,
      toMicros: to,
    })) {
      deps.abort?.throwIfAborted();
      for (const { atMicros, value, quality } of page)
        if (typeof value === 'number' && quality !== 'bad') yield { us: atMicros, value };
    }
  }

  let before: { us: number; value: number } | null = null;
  if (beforeUs !== null) for await (const reading of usable(beforeUs, beforeUs + 1)) before = reading;
  const weigher = createWeigher(question, before, (us) => found.gapStarts.has(us));
  weigher.addRolled(found.rolled);
  for await (const { us, value } of usable(Math.max(fromMicros, found.readFrom), toMicros))
    weigher.addReading(us, value);
  weigher.end(Math.min(toMicros, found.nowMicros));
  return weigher;
}

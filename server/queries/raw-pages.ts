import type { Database } from '../../contracts/database.ts';
import { QUALITIES, type Quality } from '../../contracts/quality.ts';

/** A stored row: a number (null where quality says why there is none), or a text. */
export interface RawReading {
  atMicros: number;
  value: number | string | null;
  quality: Quality;
}

/** Small enough that a page is read in well under 250 ms and takes little memory. */
const PAGE_ROWS = 4000;
const PAGE_TEXT_BYTES = 1_000_000;
/** How much time is searched at once: one daily chunk of each hypertable is locked for each day. */
const WINDOW_US = 128 * 86_400_000_000;

/**
 * All that is stored of a signal from `fromMicros` up to before `toMicros`, by time; a number before a text of the same
 * time. Every page is a transaction of its own, and none is open while the caller holds a page: a reader that stalls
 * blocks nobody. It must never gather pages.
 */
export async function* rawPages(
  database: Database,
  organisationIds: readonly number[],
  args: { signalId: number; fromMicros: number; toMicros: number },
): AsyncGenerator<RawReading[], void, undefined> {
  const { signalId, toMicros } = args;
  let readingFrom = args.fromMicros;
  let eventFrom = args.fromMicros;
  while (eventFrom < toMicros) {
    const windowTo = Math.min(toMicros, readingFrom + WINDOW_US);
    const rows = await database.transaction(
      { role: 'sentia_app', organisationIds },
      (sql) => sql<{ us: number; value: number | null; text: string | null; quality: number }>`
        SELECT us, value, text, quality FROM telemetry.raw_page(${signalId}::int, ${readingFrom}::bigint,
          ${eventFrom}::bigint, ${windowTo}::bigint, ${PAGE_ROWS}::int, ${PAGE_TEXT_BYTES}::int)`,
    );
    const last = rows.at(-1);
    if (last === undefined) {
      readingFrom = windowTo;
      eventFrom = windowTo;
      continue;
    }
    yield rows.map((row) => ({
      atMicros: row.us,
      value: row.text ?? row.value,
      quality: QUALITIES[row.quality] ?? 'bad',
    }));
    readingFrom = last.us + 1;
    eventFrom = last.text === null ? last.us : last.us + 1;
  }
}

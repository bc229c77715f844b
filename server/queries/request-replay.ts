import type { DeadLetterFilter } from '../../contracts/api/dead-letters.ts';
import type { Database } from '../../contracts/database.ts';
import { search } from './list-dead-letters.ts';

/** Letters marked in one transaction. */
const SLICE = 500;
/** Letters that one request by filter may mark; asked again, it goes on. */
export const MOST_BY_FILTER = 10_000;

/** Asks for letters to be replayed. @returns how many will be: only their own, and only what can be. */
export async function requestReplay(
  database: Database,
  organisationIds: readonly number[],
  ids: readonly number[],
): Promise<number> {
  let requested = 0;
  for (let from = 0; from < ids.length; from += SLICE) {
    const slice = ids.slice(from, from + SLICE);
    const rows = await database.transaction(
      { role: 'sentia_app', organisationIds },
      (sql) => sql<{ id: number }>`SELECT id FROM telemetry.request_replay(${slice}::bigint[]) AS asked(id)`,
    );
    requested += rows.length;
  }
  return requested;
}

/** The same for all letters that a filter matches. */
export async function requestReplayOf(
  database: Database,
  organisationIds: readonly number[],
  filter: DeadLetterFilter,
): Promise<number> {
  let requested = 0;
  let seen = 0;
  let below: number | null = null;
  do {
    const slice: Awaited<ReturnType<typeof search>> = await search(
      database,
      organisationIds,
      filter,
      below,
      SLICE,
    );
    requested += await requestReplay(database, organisationIds, slice.ids);
    seen += slice.ids.length;
    below = slice.resumeBelow;
  } while (below !== null && seen < MOST_BY_FILTER);
  return requested;
}

import type { DeadLetterFilter, DeadLetterItem } from '../../contracts/api/dead-letters.ts';
import type { Database } from '../../contracts/database.ts';
import { lettersOf, search } from './list-dead-letters.ts';

/** With previews of 8 kB at most a page takes little memory. */
const LETTERS_A_PAGE = 100;

/** All letters that a filter matches, newest first, in pages of which each is short questions of their own; some may be empty. */
export async function* letterPages(
  database: Database,
  organisationIds: readonly number[],
  filter: DeadLetterFilter,
): AsyncGenerator<DeadLetterItem[], void, undefined> {
  let below: number | null = null;
  do {
    const slice: Awaited<ReturnType<typeof search>> = await search(
      database,
      organisationIds,
      filter,
      below,
      LETTERS_A_PAGE,
    );
    yield await lettersOf(database, organisationIds, slice.ids);
    below = slice.resumeBelow;
  } while (below !== null);
}

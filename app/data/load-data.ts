import { askedOf, filterOf } from './letter-filter.ts';
import type { AppContext } from '../../server/app-context.ts';

const LETTERS_A_PAGE = 20;

/** Everything the data page shows. */
export async function loadData(context: AppContext, request: Request) {
  const query = new URL(request.url).searchParams;
  const cursor = query.get('cursor');
  const asked = askedOf(query);
  const [data, letters, letterTotals] = await Promise.all([
    context.data(),
    context.deadLetters({ cursor, limit: LETTERS_A_PAGE, filter: filterOf(asked) }),
    context.deadLetterTotals(),
  ]);
  return { ...data, letters, letterTotals, cursor, asked };
}

export type DataNow = Awaited<ReturnType<typeof loadData>>;

import type { AppContext } from '../../server/app-context.ts';

const LETTERS_A_PAGE = 20;

/** Everything the data page shows. */
export async function loadData(context: AppContext, request: Request) {
  const cursor = new URL(request.url).searchParams.get('cursor');
  const [data, letters] = await Promise.all([
    context.data(),
    context.deadLetters({ cursor, limit: LETTERS_A_PAGE }),
  ]);
  return { ...data, letters, cursor };
}

export type DataNow = Awaited<ReturnType<typeof loadData>>;

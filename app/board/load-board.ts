import type { AppContext } from '../../server/app-context.ts';

/** What a board needs for its first paint. @throws Response 404 when there is no such site, or it is not the visitor's. */
export async function loadBoard(context: AppContext, site: string) {
  const [snapshot, sites] = await Promise.all([context.snapshot(site), context.sites()]);
  if (snapshot === null) throw new Response(`There is no site "${site}".`, { status: 404 });
  return { snapshot, sites, banner: context.banner };
}

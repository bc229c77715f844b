import type { Newest } from './newest-reading.ts';
import type { Pass } from './pass.ts';
import { gapPasses, newSitePasses } from './plan-passes.ts';

/**
 * What has to be told of a site at a start. `left` is what an earlier run did not finish; when nothing is stored the
 * database is another one than that run's, so it counts for nothing. When nobody can say what is stored, telling too
 * much does no harm: the plant says the same again, and a reading is stored once.
 */
export function choosePasses(site: string, newest: Newest, left: readonly Pass[], nowS: number): Pass[] {
  const own = left.filter((pass) => pass.site === site);
  if (newest.kind === 'none') return newSitePasses(site, nowS);
  if (newest.kind === 'at') return [...gapPasses(site, Math.min(newest.atS, nowS), nowS), ...own];
  return own.length > 0 ? [...gapPasses(site, 0, nowS), ...own] : newSitePasses(site, nowS);
}

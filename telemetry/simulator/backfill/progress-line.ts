import type { Pass } from './pass.ts';
import { nextPass } from './plan-passes.ts';

/** How far the past is told, for people: `backfilling 2026-11-14, 43 %`. Null when all is told. */
export function progressLine(
  passes: readonly Pass[],
  dateOf: (site: string, atS: number) => string,
): string | null {
  const next = nextPass(passes);
  if (next === null) return null;
  const same = passes.filter((pass) => pass.pace === next.pace);
  const wholeS = same.reduce((sum, pass) => sum + pass.toS - pass.fromS, 0);
  const leftS = same.reduce((sum, pass) => sum + Math.max(0, pass.remainingToS - pass.fromS), 0);
  const percent = Math.floor(((wholeS - leftS) / wholeS) * 100);
  return `backfilling ${dateOf(next.site, next.remainingToS - 1)}, ${percent} %`;
}

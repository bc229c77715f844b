import type { Span } from '../plant/spans.ts';
import type { Pass } from './pass.ts';

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
/** A gap's end is told second by second, as if nothing had happened; the rest by the minute. */
const EXACT_GAP_S = 10 * MINUTE_S;
/** Readings of the last seconds before a crash may be among those that were not stored. */
const OVERLAP_S = 5;

/**
 * For a site of which nothing is stored: the last day at once; then, in the background, the seconds of this hour and a
 * week. An hour that is told live is told by the second whole: history judges silence by the hour's usual interval.
 */
export function newSitePasses(site: string, nowS: number): Pass[] {
  return [
    pass(site, 'minutes', 'fast', { fromS: nowS - DAY_S, toS: nowS }),
    pass(site, 'between', 'slow', { fromS: hourOf(nowS), toS: nowS }),
    pass(site, 'minutes', 'slow', { fromS: nowS - 7 * DAY_S, toS: nowS - DAY_S }),
  ].filter(isOpen);
}

/** For a site whose newest stored reading is `newestS`: what happened since, at most a day. */
export function gapPasses(site: string, newestS: number, nowS: number): Pass[] {
  const fromS = Math.max(newestS - OVERLAP_S, nowS - DAY_S);
  const exactFromS = Math.max(fromS, nowS - EXACT_GAP_S);
  // The hours at both ends hold live seconds too.
  const firstHourEndS = Math.min(exactFromS, hourOf(fromS) + HOUR_S);
  return [
    pass(site, 'seconds', 'fast', { fromS: exactFromS, toS: nowS }),
    pass(site, 'minutes', 'fast', { fromS, toS: exactFromS }),
    pass(site, 'between', 'slow', { fromS: Math.max(firstHourEndS, hourOf(exactFromS)), toS: exactFromS }),
    pass(site, 'between', 'slow', { fromS, toS: firstHourEndS }),
  ].filter(isOpen);
}

function hourOf(atS: number): number {
  return Math.floor(atS / HOUR_S) * HOUR_S;
}

function isOpen({ fromS, toS }: Pass): boolean {
  return fromS < toS;
}

/** Fast before slow, then what is newest: so sites take turns. Null when all is told. */
export function nextPass(passes: readonly Pass[]): Pass | null {
  const open = passes.filter((each) => each.remainingToS > each.fromS);
  const [first] = open.sort(
    (a, b) => Number(a.pace === 'slow') - Number(b.pace === 'slow') || b.remainingToS - a.remainingToS,
  );
  return first ?? null;
}

const SLICE_S: Record<Pass['density'], number> = {
  seconds: 2 * MINUTE_S,
  between: 2 * MINUTE_S,
  minutes: HOUR_S,
};

/** The newest stretch of a pass that is not told yet: about a hundred elements a machine. */
export function nextSlice({ density, fromS, remainingToS }: Pass): Span {
  const stepS = SLICE_S[density];
  return { fromS: Math.max(fromS, Math.ceil(remainingToS / stepS - 1) * stepS), toS: remainingToS };
}

function pass(site: string, density: Pass['density'], pace: Pass['pace'], { fromS, toS }: Span): Pass {
  return { site, density, pace, fromS, toS, remainingToS: toS };
}

import type { Span } from '../plant/spans.ts';
import type { Pass } from './pass.ts';

const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
/** A gap's end is told second by second, as if nothing had happened; the rest by the minute. */
const EXACT_GAP_S = 10 * MINUTE_S;
/** Readings of the last seconds before a crash may be among those that were not stored. */
const OVERLAP_S = 5;

/** For a site of which nothing is stored: the last day at once, the last hour finer, then a week in the background. */
export function newSitePasses(site: string, nowS: number): Pass[] {
  return [
    pass(site, 'minutes', 'fast', { fromS: nowS - DAY_S, toS: nowS }),
    pass(site, 'tens', 'fast', { fromS: nowS - HOUR_S, toS: nowS }),
    pass(site, 'minutes', 'slow', { fromS: nowS - 7 * DAY_S, toS: nowS - DAY_S }),
  ];
}

/** For a site whose newest stored reading is `newestS`: what happened since, at most a day. */
export function gapPasses(site: string, newestS: number, nowS: number): Pass[] {
  const fromS = Math.max(newestS - OVERLAP_S, nowS - DAY_S);
  const exactFromS = Math.max(fromS, nowS - EXACT_GAP_S);
  return [
    pass(site, 'seconds', 'fast', { fromS: exactFromS, toS: nowS }),
    pass(site, 'minutes', 'fast', { fromS, toS: exactFromS }),
  ].filter(({ fromS: from, toS }) => from < toS);
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
  tens: 20 * MINUTE_S,
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

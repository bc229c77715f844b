import { DEMO_SITES } from '../../../contracts/simulated-plant.ts';
import { line1, line2, line3 } from './lindau.ts';
import type { LineSpec, SiteSpec } from './plant-spec.ts';
import { cell1, cell2 } from './porto.ts';

const LINES: Record<(typeof DEMO_SITES)[number]['slug'], readonly LineSpec[]> = {
  lindau: [line1, line2, line3],
  porto: [cell1, cell2],
};

/** Lindau fills and packs drinks, Porto machines metal parts. Three of the five lines work around the clock. */
export const SIMULATED_SITES: readonly SiteSpec[] = DEMO_SITES.map(({ slug, timeZone }) => ({
  site: slug,
  timeZone,
  lines: LINES[slug],
}));

/** The plant that everybody sees who does not ask for another with SENTIA_SIMULATOR_SEED. */
export const DEFAULT_SEED = 'sentia';

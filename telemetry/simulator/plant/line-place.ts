import type { LineSpec } from '../layout/plant-spec.ts';
import { createRandom, hashOf, type Random } from './random.ts';
import type { SiteCalendar, SiteDay } from './site-calendar.ts';

/** A line where it stands: all that its days are computed from. */
export interface LinePlace {
  seed: string;
  site: string;
  calendar: SiteCalendar;
  spec: LineSpec;
}

/** Chance for one purpose on one day of a line, independent of every other purpose, day and line. */
export function randomOf(place: LinePlace, day: SiteDay, purpose: string): Random {
  return createRandom(hashOf(place.seed, place.site, place.spec.area, place.spec.line, day.date, purpose));
}

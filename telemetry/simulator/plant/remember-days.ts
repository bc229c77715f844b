import type { SiteDay } from './site-calendar.ts';

/** Today, its neighbours, and the days that a backfill in the background looks at. */
const KEPT_DAYS = 24;

/** Keeps the answers for the days asked last. */
export function rememberDays<T>(compute: (day: SiteDay) => T): (day: SiteDay) => T {
  const kept = new Map<number, T>();
  return (day) => {
    const known = kept.get(day.number);
    if (known !== undefined) return known;
    const value = compute(day);
    if (kept.size >= KEPT_DAYS) kept.delete(kept.keys().next().value ?? day.number);
    kept.set(day.number, value);
    return value;
  };
}

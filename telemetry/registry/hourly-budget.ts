import type { Clock } from '../../contracts/clock.ts';

export interface HourlyBudget {
  /** @returns how many of `wanted` may be spent now; they count against the next hour. */
  spend(wanted: number): number;
  giveBack(unspent: number): void;
  readonly limit: number;
}

/** At most `limit` in any hour: a publisher that invents names must not fill the database with them. */
export function createHourlyBudget(clock: Clock, limit: number): HourlyBudget {
  const HOUR_MS = 3_600_000;
  let spent: { atMs: number; count: number }[] = [];
  return {
    limit,
    spend: (wanted) => {
      const nowMs = clock.now();
      spent = spent.filter((entry) => nowMs - entry.atMs < HOUR_MS);
      const used = spent.reduce((sum, entry) => sum + entry.count, 0);
      const granted = Math.max(0, Math.min(wanted, limit - used));
      if (granted > 0) spent.push({ atMs: nowMs, count: granted });
      return granted;
    },
    giveBack: (unspent) => {
      if (unspent > 0) spent.push({ atMs: clock.now(), count: -unspent });
    },
  };
}

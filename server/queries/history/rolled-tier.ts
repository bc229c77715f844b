import type { HistoryQuestion } from './history-port.ts';

const MINUTE_US = 60_000_000;
/** How wide a tier's buckets are. */
export const TIER_US = { '1d': 1440 * MINUTE_US, '1h': 60 * MINUTE_US, '1m': MINUTE_US } as const;

export type RolledTier = keyof typeof TIER_US;
const COARSEST_FIRST: readonly RolledTier[] = ['1d', '1h', '1m'];

/** The time in µs before which a tier's data may be gone. */
export interface Floors {
  raw: number;
  '1m': number;
  '1h': number;
}

/**
 * The coarsest tier whose buckets are no wider than a column; raw below a minute. Where that tier is gone from the
 * beginning of the range on, the next coarser one that is not.
 */
export function rolledTier(
  { fromMicros, toMicros, points }: Pick<HistoryQuestion, 'fromMicros' | 'toMicros' | 'points'>,
  floors: Floors,
): RolledTier | 'raw' {
  const width = (toMicros - fromMicros) / points;
  const wanted = COARSEST_FIRST.find((tier) => TIER_US[tier] <= width) ?? 'raw';
  const finestFirst = ['raw', '1m', '1h', '1d'] as const;
  const allowed = finestFirst.slice(finestFirst.indexOf(wanted));
  return allowed.find((tier) => tier === '1d' || floors[tier] <= fromMicros) ?? '1d';
}

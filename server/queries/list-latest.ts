import type { LatestItem } from '../../contracts/api/equipment.ts';
import type { Clock } from '../../contracts/clock.ts';
import type { Database } from '../../contracts/database.ts';
import type { LivePicture } from '../live/live-picture.ts';
import type { Page } from './cursor.ts';
import { formatAt } from './format-at.ts';
import { listSignals } from './list-signals.ts';

/**
 * One page of signals by id with the latest value of each as the live picture has it: the same that pages show. A
 * signal without any reading has no time and no value, and counts as bad and stale.
 */
export async function listLatest(
  database: Database,
  live: Pick<LivePicture, 'latest' | 'stale'>,
  clock: Clock,
  organisationIds: readonly number[],
  args: { siteId: number | null; after: number | null; limit: number },
): Promise<Page<LatestItem>> {
  const signals = await listSignals(database, organisationIds, { ...args, list: 'latest' });
  const nowMicros = clock.now() * 1000;
  return {
    next: signals.next,
    items: signals.items.map(({ kind: _, ...signal }) => {
      const latest = live.latest(signal.signalId);
      return {
        ...signal,
        at: latest === null ? null : formatAt(latest.atMicros),
        value: latest?.value ?? null,
        quality: latest?.quality ?? 'bad',
        stale: live.stale(signal.signalId),
        ageMs: latest === null ? null : (nowMicros - latest.atMicros) / 1000,
      };
    }),
  };
}
